"""Statistics of arrays: each is checked against a published worked example."""
