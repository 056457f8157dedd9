"""What is asked of the answers: each question gives its tables."""
