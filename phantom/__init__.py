"""Synthetic patients with known lesions, for the demo, tests and benchmarks."""
