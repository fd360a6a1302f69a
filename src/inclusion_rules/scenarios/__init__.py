"""Worked examples of the law: read, run and weighed."""
