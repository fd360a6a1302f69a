"""What holds for every test: how Hypothesis looks for examples.

Knows nothing of the law or of the package. By default a clone says the same thing on every machine; to look further,
run `pytest --hypothesis-profile=explore`.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same everywhere", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile("same everywhere")
