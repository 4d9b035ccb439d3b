"""The pure words of the room: numbers, dates and refusals, no database and no clock."""
