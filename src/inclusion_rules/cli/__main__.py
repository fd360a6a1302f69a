"""Runs the command line as `python -m inclusion_rules.cli`."""

from __future__ import annotations

import sys

from inclusion_rules.cli import main

if __name__ == "__main__":
    sys.exit(main())
