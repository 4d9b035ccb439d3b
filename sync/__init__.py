"""The phone's way in and out: what it says, what becomes of it, and what it has not heard yet."""
