"""A few bricks that know no word of the domain."""
