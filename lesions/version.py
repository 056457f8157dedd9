"""The number of this version of Second Look, as pyproject.toml has it."""

VERSION = "0.1.0"
