"""Find how two tables write the numbers of the same people differently, and the declared rules that mend it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from attrition.data.people.id_rules import FULL_WIDTH, HALF_WIDTH
from attrition.data.phrase import Phrase

REMOVED = " \u00a0\u3000-_"
"""Characters that some systems write inside a number, and others leave out."""
FEWEST_MATCHES = 0.8
"""The share of numbers that must match once a text before or behind them is taken away; fewer are an accident."""
FEWEST_WITH_A_TEXT = 3
"""How many numbers must have a text around them for it to be shown; what stands beside fewer may be their name."""
_PATTERNS = ("([0-9]+)", "([A-Za-z]+[0-9]+)")
WAYS = {
    "half_width": Phrase("full-width characters", "全角字符"),
    "remove": Phrase("blanks or hyphens", "空格或连字符"),
    "case": Phrase("capitals and small letters", "字母大小写"),
    "decimal": Phrase('a ".0" at the end', "末尾的“.0”"),
    "zeros": Phrase("leading zeros", "前导零"),
    "affix": Phrase("the text around the number", "编号前后的文字"),
}
"""Ways in which numbers of people differ, in the order in which they are undone."""

EVERY_WAY = tuple(way for way in WAYS if way != "affix")
"""The ways that leave nothing of what tells two people apart, but for zeros."""
_PARTS = (
    (r"^([^0-9]*)[0-9]+[^0-9]*$", r"^[^0-9]*([0-9]+)[^0-9]*$", r"^[^0-9]*[0-9]+([^0-9]*)$"),
    (r"^(.*\\).*$", r"^(?:.*\\)?([^@\\]+)(?:@.*)?$", r"^[^@]*(@.*)$"),
)
"""Expressions of what stands before a number, of the number, and of what stands behind it; then for a domain."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How numbers of people differ between two tables, and the rules that make them alike.

    Parameters
    ----------
    ways : tuple of str
        Keys of `WAYS`.
    matches : int
        How many numbers of the odd table are found in the other once this is undone.
    rules, rules_of_other : mapping
        Keys of `ids` to declare for the odd table, and for the other one.
    """

    ways: tuple[str, ...]
    matches: int
    rules: Mapping[str, object]
    rules_of_other: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> Phrase:
        """The ways, in words."""
        ways = [WAYS[way] for way in self.ways]
        return Phrase(" and ".join(ways), "、".join(way.zh for way in ways))

    @property
    def has_lost_zeros(self) -> bool:
        """Whether the odd table lost leading zeros that the other one has; not where it has some of its own."""
        fills_up = "width" in self.rules and "strip_zeros" not in self.rules
        return "zeros" in self.ways and (fills_up or "strip_zeros" in self.rules_of_other)


def likely_difference(odd: ir.Table, other: ir.Table) -> Difference | None:
    """Return how the distinct numbers (``id``) of an odd table differ from those of another; None if it is unclear."""
    most = _matches(odd, other, EVERY_WAY)
    if not most:
        return _different_affix(odd, other)
    ways = EVERY_WAY
    for way in EVERY_WAY:
        fewer = tuple(kept for kept in ways if kept != way)
        ways = fewer if _matches(odd, other, fewer) == most else ways
    rules, rules_of_other = _rules(odd, other, ways)
    return Difference(ways=ways, matches=most, rules=rules, rules_of_other=rules_of_other)


def toml(rules: Mapping[str, object]) -> str:
    """Return rules as they are declared.

    Examples
    --------
    >>> print(toml({"width": 5, "prefix": "E", "half_width": True}))
    ids = { width = 5, prefix = "E", half_width = true }
    """
    values = {name: json.dumps(value, ensure_ascii=False) for name, value in rules.items()}
    return f"ids = {{ {', '.join(f'{name} = {value}' for name, value in values.items())} }}"


def undone(number: ir.StringValue, ways: Sequence[str] = EVERY_WAY) -> ir.StringValue:
    """Return a number with some ways of writing it undone."""
    undo = {
        "half_width": lambda text: text.translate(FULL_WIDTH, HALF_WIDTH),
        "remove": lambda text: text.re_replace(f"[{REMOVED[:-2]}_-]", ""),
        "case": lambda text: text.upper(),
        "decimal": lambda text: text.re_replace(r"\.0+$", ""),
        "zeros": lambda text: text.re_replace("^0+", ""),
    }
    return reduce(lambda text, way: undo[way](text), ways, number)


def _matches(odd: ir.Table, other: ir.Table, ways: Sequence[str]) -> int:
    """Count the numbers of the odd table that the other one has as well, once some ways are undone."""
    matches = odd.select(id=undone(odd.id, ways)).semi_join(other.select(id=undone(other.id, ways)), "id")
    return int(matches.count().execute())


def _rules(odd: ir.Table, other: ir.Table, ways: Sequence[str]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the rules of the odd table and of the other; what can only be taken away is taken from where it stands."""
    odd_form, other_form = _form(odd), _form(other)
    rules, rules_of_other = _taken_away(odd_form, ways), _taken_away(other_form, ways)
    if "case" in ways:
        case = "upper" if other_form["is_upper"] else "lower" if other_form["is_lower"] else None
        rules["case"] = case or "upper"
        rules_of_other |= {} if case else {"case": "upper"}
    if "zeros" in ways:
        zeros, zeros_of_other = _zeros(odd_form, other_form)
        rules, rules_of_other = rules | zeros, rules_of_other | zeros_of_other
    return rules, rules_of_other


def _taken_away(form: Mapping[str, object], ways: Sequence[str]) -> dict[str, object]:
    """Return the rules that take away what stands in the numbers of one table."""
    rules = {
        "half_width": "half_width" in ways and form["is_full_width"],
        "remove": "remove" in ways and form["removed"],
        "strip_suffix": ".0" if "decimal" in ways and form["has_decimal"] else "",
    }
    return {name: value for name, value in rules.items() if value}


def _zeros(odd_form: Mapping[str, Any], other_form: Mapping[str, Any]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the rules about zeros of the odd table and of the other: fill up to one width, or take them away."""
    if not other_form["has_zeros"]:
        return {"strip_zeros": True}, {}
    width = other_form["longest"]
    if other_form["shortest"] != width:
        return {"strip_zeros": True}, {"strip_zeros": True}
    has_too_many = (odd_form["longest"] or 0) > width
    return {"strip_zeros": True, "width": width} if has_too_many else {"width": width}, {}


def _form(numbers: ir.Table) -> dict[str, Any]:
    """Describe how numbers are written: their length in digits, and what stands in them."""
    number = numbers.id
    digits = ibis.ifelse(number.re_search("^[0-9]+$"), number.length(), ibis.null("int64"))
    described = numbers.aggregate(
        is_full_width=(number != undone(number, ["half_width"])).any(),
        has_decimal=number.re_search(r"\.0+$").any(),
        has_zeros=number.startswith("0").any(),
        is_upper=(number == number.upper()).all(),
        is_lower=(number == number.lower()).all(),
        shortest=digits.min(),
        longest=digits.max(),
        **{f"removed_{index}": number.contains(sign).any() for index, sign in enumerate(REMOVED)},
    )
    form = described.to_pyarrow().to_pylist()[0]
    return form | {"removed": "".join(sign for index, sign in enumerate(REMOVED) if form[f"removed_{index}"])}


def _different_affix(odd: ir.Table, other: ir.Table) -> Difference | None:
    """Return the difference of a common text before or behind the numbers, such as "E" or "@centre"."""
    count = int(odd.count().execute())
    for parts in _PARTS:
        texts, texts_of_other = _common_affix(odd, parts), _common_affix(other, parts)
        if texts is None or texts_of_other is None or texts == texts_of_other:
            continue
        if any(text and other and text != other for text, other in zip(texts, texts_of_other, strict=True)):
            continue  # two systems with ranges of their own; equal digits mean nothing
        numbers, numbers_of_other = _cores(odd, parts), _cores(other, parts)
        for ways in ((), ("zeros",)):
            matches = _matches(numbers, numbers_of_other, ways)
            if matches >= FEWEST_MATCHES * count:
                zeros = _zeros(_form(numbers), _form(numbers_of_other))[0] if ways else {}
                rules = _affix_rules(texts, texts_of_other) | zeros
                return Difference(ways=(*ways, "affix"), matches=matches, rules=rules)
    return _within_texts(odd, other)


def _within_texts(odd: ir.Table, other: ir.Table) -> Difference | None:
    """Return the difference of numbers that stand within texts of their own, such as names, which are not shown."""
    count = int(odd.count().execute())
    for pattern in _PATTERNS:
        numbers = odd.select(id=odd.id.re_extract(pattern, 1)).filter(lambda rows: rows.id != "")
        for ways in ((), ("zeros",)):
            matches = _matches(numbers, other, ways)
            if matches >= FEWEST_MATCHES * count:
                zeros = _zeros(_form(numbers), _form(other))[0] if ways else {}
                return Difference(ways=(*ways, "affix"), matches=matches, rules={"pattern": pattern} | zeros)
    return None


def _cores(numbers: ir.Table, parts: Sequence[str]) -> ir.Table:
    """Return the numbers without what stands around them."""
    cores = numbers.select(id=numbers.id.re_extract(parts[1], 1))
    return cores.filter(cores.id != "")


def _common_affix(numbers: ir.Table, parts: Sequence[str]) -> tuple[str, str] | None:
    """Return the text before and behind nearly every number of a table; None where they have none in common."""
    before, _, behind = (numbers.id.re_extract(part, 1) for part in parts)
    texts = numbers.select(before=before, behind=behind)
    most = texts.group_by("before", "behind").aggregate(n=texts.count()).order_by(ibis.desc("n")).limit(1)
    common = most.to_pyarrow().to_pylist()
    count = int(numbers.count().execute())
    if not common or common[0]["n"] < 0.9 * count:
        return None
    before, behind = common[0]["before"], common[0]["behind"]
    may_be_shown = common[0]["n"] >= FEWEST_WITH_A_TEXT or not (before or behind)
    return (before, behind) if may_be_shown else None


def _affix_rules(texts: tuple[str, str], texts_of_other: tuple[str, str]) -> dict[str, object]:
    (before, behind), (wanted_before, wanted_behind) = texts, texts_of_other
    rules = {
        "strip_prefix": before if before != wanted_before else "",
        "strip_suffix": behind if behind != wanted_behind else "",
        "prefix": wanted_before if before != wanted_before else "",
        "suffix": wanted_behind if behind != wanted_behind else "",
    }
    return {name: text for name, text in rules.items() if text}
