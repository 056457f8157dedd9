"""The report to read: sentences, sections, page and PDF."""
