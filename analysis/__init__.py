"""From answers to statistics, figures and a report."""
