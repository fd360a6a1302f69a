"""What the law says and what a case holds, as plain values: no files, no clock, no randomness, no printing."""
