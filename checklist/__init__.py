"""What a digital citizen must have: items, observations, standings, readiness, next steps."""
