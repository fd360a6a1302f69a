"""Rules as code for the response to a school exclusion in England.

The front door: everything a council application needs stands here by name, and nothing is worked out here.

>>> from datetime import date
>>> rulebook = open_rulebook()
>>> case = open_case(example("leicestershire_permanent_exclusion"), rulebook)
>>> decision = decide(case, rulebook, as_of=date(2025, 2, 10))
>>> decision.stage
'hearing/governing_board'
"""

from __future__ import annotations
