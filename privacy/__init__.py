"""What the data subject may ask: to see, correct, withdraw, object, be forgotten; and the answers."""
