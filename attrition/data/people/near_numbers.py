"""Find the number that a person means who leaves out zeros, capitals or a prefix; nobody else is named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from attrition.message import Message, joined

MOST = 3
"""With more people than this nothing is offered, since the number then says too little."""


def near_numbers(typed: str, numbers: Iterable[str]) -> list[str]:
    """Return the numbers that differ from a typed one by zeros, capitals, separators or a prefix of letters only.

    A number with other digits belongs to somebody else, however alike it looks, and is never returned.

    Examples
    --------
    >>> near_numbers("10754", ["0010754", "0010755", "0010745"])
    ['0010754']
    >>> near_numbers("e-07", ["E00007"]), near_numbers("7.0", ["00007"]), near_numbers("", ["0"])
    (['E00007'], ['00007'], [])
    """
    core, prefix = _parts(typed)
    if not core:
        return []
    pairs = {number: _parts(number) for number in numbers}
    near = [number for number, (digits, letters) in pairs.items() if digits == core and _fits(prefix, letters)]
    return sorted(near) if len(near) <= MOST else []


def did_you_mean_number(typed: str, numbers: Iterable[str]) -> Message:
    """Return the near numbers as a clause for an error message, or an empty one.

    Examples
    --------
    >>> did_you_mean_number("10754", ["0010754"])
    ' (did you mean 0010754?)'
    """
    near = near_numbers(typed, numbers)
    return Message(" (did you mean {numbers}?)", numbers=joined(" or ", near)) if near else Message("")


def _fits(typed: str, prefix: str) -> bool:
    return not typed or not prefix or typed == prefix


def _parts(number: str) -> tuple[str, str]:
    """Return the digits and letters of a number without leading zeros, and the letters in front of them."""
    plain = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", number).casefold().strip())
    plain = re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", plain)
    letters, rest = re.fullmatch(r"([^0-9]*)(.*)", plain).groups()  # type: ignore[union-attr]
    return rest.lstrip("0") or rest[-1:], letters
