"""The pure words of the protocol: limits, clocks, cursors."""
