"""The doors of the phone."""
