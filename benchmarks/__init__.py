"""Measurements of this library beside what else could do the work; `python -m benchmarks --help`."""
