"""The tables of the database, step by step."""
