"""The blinded review in the browser: ROIs in, answers out."""
