"""Messages that leave the house: a row first, then a channel carries it."""
