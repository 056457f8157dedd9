"""The columns of the report's tables."""
