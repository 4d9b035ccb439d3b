"""What can be read of the protocol."""
