"""What a guide is printed as."""
