"""Unique pupil numbers: whether one can be, by its form and its check letter. Keeps none and looks nobody up."""

from __future__ import annotations

import re

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The check letters in their order; I, O and S are not among them."""
_PERMANENT = re.compile(r"[A-Z][0-9]{12}")
_TEMPORARY = re.compile(r"[A-Z][0-9]{11}[A-Z]")
_FIRST_WEIGHT = 2


def check_letter(rest: str) -> str:
    """The letter that the twelve other signs of a number call for; a last letter counts as its place.

    >>> check_letter("012345678901")
    'X'
    """
    signs = (LETTERS.index(sign) if sign.isalpha() else int(sign) for sign in rest)
    return LETTERS[sum(weight * sign for weight, sign in enumerate(signs, start=_FIRST_WEIGHT)) % len(LETTERS)]


def problem_of_upn(text: str) -> str | None:
    """What is wrong with a number, or None where nothing is.

    >>> problem_of_upn("X012345678901") is None
    True
    """
    if not (_PERMANENT.fullmatch(text) or _TEMPORARY.fullmatch(text)) or set(text) & set("IOS"):
        return "it has a letter and twelve figures, or a letter, eleven figures and a letter; I, O and S are not used"
    wanted = check_letter(text[1:])
    if text[0] != wanted:
        return f"by its figures it begins with `{wanted}`; a figure or the letter is wrong"
    return None
