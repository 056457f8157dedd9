"""From reviewed labels to the next model's training set."""
