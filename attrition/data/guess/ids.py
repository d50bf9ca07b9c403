"""The numbers of people: those of the roster, and by which rule another source's numbers become them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_MATCHES = 0.8
_LEADING_ID = re.compile(r"([A-Za-z]{0,4}\d{2,12})\s*[-_/ (（:：]\s*\D.*")
_TRAILING_ID = re.compile(r"\D.*[-_/ (（:：]\s*([A-Za-z]{0,4}\d{2,12})[)）]?")


@dataclass(frozen=True)
class Roster:
    """The numbers of everybody in a folder, as its list of people writes them, and the digits that full ones have.

    `width` is 0 where numbers are not filled with zeros anywhere.
    """

    numbers: frozenset[str]
    width: int = 0

    @cached_property
    def _bare(self) -> frozenset[str]:
        return frozenset(_bare(number) for number in self.numbers)

    def share_of(self, values: Counter[str]) -> float:
        """Return the share of different values that are on the roster, whatever zeros, capitals and suffixes."""
        if not self.numbers or not values:
            return 0.0
        return sum(_bare(text) in self._bare for text in values) / len(values)

    def filled(self, number: str) -> str:
        """Return a number of the roster with its zeros."""
        return number.zfill(self.width) if number.isdigit() else number

    @cached_property
    def full_numbers(self) -> frozenset[str]:
        """The numbers of the roster with their zeros."""
        return frozenset(self.filled(number) for number in self.numbers)


@dataclass(frozen=True)
class Logins:
    """The logins that a folder's table of identities lists, and the system they belong to."""

    names: frozenset[str]
    system: str

    def system_of(self, values: Counter[str], roster: Roster) -> str:
        """Return the system where most numbers of a source are its logins and hardly any is on the roster, else ""."""
        if not self.names or not values or roster.share_of(values) > 1 - _MATCHES:
            return ""
        return self.system if sum(text in self.names for text in values) >= _MATCHES * len(values) else ""


NO_LOGINS = Logins(frozenset(), "")


def full_width(columns: Iterable[Counter[str]]) -> int:
    """Return how many digits numbers have in columns that kept their leading zeros; 0 where none did.

    Examples
    --------
    >>> full_width([Counter(["0011118", "0600030"]), Counter(["11118"])])
    7
    """
    widths = Counter(
        len(text) for values in columns for text in values if text.isdigit() and text.startswith("0") and len(text) > 1
    )
    return widths.most_common(1)[0][0] if widths else 0


def id_rule(values: Counter[str], roster: Roster) -> dict[str, Any]:
    r"""Return the declaration by which numbers become those of the roster; empty where they are, or no rule helps.

    Examples
    --------
    >>> id_rule(Counter(["11118", "600030"]), Roster(frozenset({"0011118", "0600030"}), 7))
    {'width': 7}
    >>> id_rule(Counter(["T035-张三", "T036-李四"]), Roster(frozenset({"T035", "T036"})))
    {'pattern': '^([A-Za-z]{0,4}\\d+)'}
    """
    rules: list[dict[str, Any]] = [{}]
    if roster.width:
        rules.append({"width": roster.width})
    if all(_LEADING_ID.fullmatch(text) for text in list(values)[:50]):
        rules += [{"pattern": r"^([A-Za-z]{0,4}\d+)"}]
    if any(text.endswith(".0") for text in values):
        rules += [{"strip_suffix": ".0"}, *([{"strip_suffix": ".0", "width": roster.width}] if roster.width else [])]
    rules += [{"case": "upper"}, {"remove": " -"}]
    letters = Counter(match[0] for number in roster.numbers if (match := re.match(r"[A-Za-z]+", number)))
    if letters:
        prefix = letters.most_common(1)[0][0]
        digits = Counter(len(number) - len(prefix) for number in roster.numbers if number.startswith(prefix))
        rules += [{"prefix": prefix}, {"width": digits.most_common(1)[0][0], "prefix": prefix}]
    shares = [_share(values, rule, roster.full_numbers) for rule in rules]
    best = max(shares)
    chosen = rules[shares.index(best)]
    return chosen if best >= _MATCHES and best > shares[0] + 0.005 else {}


def _share(values: Counter[str], rule: dict[str, Any], numbers: frozenset[str]) -> float:
    return sum(_applied(text, rule) in numbers for text in values) / max(len(values), 1)


def _applied(text: str, rule: dict[str, Any]) -> str:
    if "pattern" in rule and (match := re.search(rule["pattern"], text)):
        text = match[1]
    text = "".join(letter for letter in text if letter not in rule.get("remove", ""))
    text = text.upper() if rule.get("case") == "upper" else text
    text = text.removesuffix(rule.get("strip_suffix", "\0"))
    if "width" in rule and text.isdigit():
        text = text.zfill(rule["width"])
    return f"{rule['prefix']}{text}" if "prefix" in rule and not text.startswith(rule["prefix"]) else text


def _bare(text: str) -> str:
    """Return a number without what sources add to it or lose of it: zeros, letters in front, ``.0``, a name behind."""
    text = text.strip().removesuffix(".0")
    match = _LEADING_ID.fullmatch(text) or _TRAILING_ID.fullmatch(text)
    text = match[1] if match else text
    return re.sub(r"[\s\-_]", "", text).upper().lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0") or text
