"""From scans to predicted masks."""
