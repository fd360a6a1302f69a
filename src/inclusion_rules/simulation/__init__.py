"""Cohorts of cases: drawn from a plan or read from a table, decided as single cases are, and kept as runs."""
