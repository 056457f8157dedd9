"""Which test, with which options, gave each number."""
