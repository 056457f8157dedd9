"""Each command parses its arguments and makes one call."""
