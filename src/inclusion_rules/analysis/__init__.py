"""What can be said about rules without a case: gaps, overlaps, differences, what would alter an answer."""
