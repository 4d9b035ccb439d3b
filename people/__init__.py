"""Who lives behind which door: the wall round personal data."""
