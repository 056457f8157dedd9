"""From masks to a lesion table to a sample of ROIs."""
