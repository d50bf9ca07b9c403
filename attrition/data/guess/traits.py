"""What the values of one column look like: dates and their layouts, numbers, durations, words, numbers of people."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from attrition.data.values.words_for_nothing import WORDS

_YEAR_FIRST = re.compile(r"(19|20|99)\d\d([-/.年])(\d{1,2})[-/.月](\d{1,2})日?([ T].*)?")
_COMPACT = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_MONTH = re.compile(
    r"(19|20)\d\d([-/.年])?(0?[1-9]|1[0-2])月?|(0?[1-9]|1[0-2])[-/.](19|20)\d\d|[A-Za-z]{3}[- ](\d\d|20\d\d)"
)
_TWO_WAYS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})[-/. ]((?:19|20|99)\d\d|\d\d)( .*)?")
_NAMED = re.compile(r"\d{1,2}[- ./][A-Za-zäö]{3,9}\.?[- ./](\d{4}|\d\d)|[A-Za-z]{3,9} \d{1,2},? \d{4}")
_ZEROS = re.compile(r"0+[-/. ]0+[-/. ]0+|0{8}")
_SERIAL = re.compile(r"[1-7]\d{4}(\.0+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)")
_THREE_PARTS = re.compile(r"(\d+ days?,? )?\d+:[0-5]\d:[0-5]\d(\.\d+)?")
_TWO_PARTS = re.compile(r"\d+:[0-5]\d")
_NUMBER = re.compile(r"[-+]?[\d.,'’\s]*\d[\d.,]*-?")
_GROUPED_COMMA = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?-?")
_GROUPED_DOT = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?-?")
_COMMA = re.compile(r"[-+]?\d+,\d+-?")
_MONEY = re.compile(r"[¥￥$€£元]|CNY|RMB|EUR|USD", re.IGNORECASE)
_YES = frozenset(
    ("1", "0", "true", "false", "yes", "no", "y", "n", "是", "否", "有", "无", "ja", "nein", "j", "√", "×", "x")
)
_ID = re.compile(r"(?=.*\d)[A-Za-z]{0,6}[-_]?\d{2,12}[A-Za-z]?(@\w+)?|[a-z]{2,}\d+@[\w.]+|[A-Za-z]\d+")
_MOST_TEXTS = 3000

NOTHING = frozenset(WORDS)
"""Words for "no value", in lower case."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What the values of a column look like; shares are of the values that are not words for "no value".

    `date_fields` counts day-first and month-first readings of dates such as 03/04/2026: how often the first field is
    beyond 12, and how often the second; with `second_is_one` the second is always 1 and the first is not, as where each
    date is the first day of a month. `date_sign` and `year_digits` say how they are written.
    """

    values: Counter[str]
    filled: int
    rows: int
    is_typed: bool
    dates: float = 0.0
    months: float = 0.0
    serials: float = 0.0
    instants: float = 0.0
    two_ways: float = 0.0
    first_beyond_12: int = 0
    second_beyond_12: int = 0
    second_is_one: bool = False
    date_sign: str = ""
    year_digits: int = 4
    numbers: float = 0.0
    durations: float = 0.0
    two_parts: float = 0.0
    percents: float = 0.0
    comma_decimals: int = 0
    dot_decimals: int = 0
    either_decimals: int = 0
    median: float | None = None
    lowest: float | None = None
    highest: float | None = None
    integers: float = 0.0
    yes_no: float = 0.0
    ids: float = 0.0

    @property
    def distinct(self) -> int:
        """How many different values were seen."""
        return len(self.values)

    @property
    def is_unique(self) -> bool:
        """Whether hardly any value stands twice."""
        return self.filled > 0 and self.distinct >= 0.98 * self.filled

    @property
    def any_date(self) -> float:
        """Share of values that are a day, however written; numbers that count days are not among them."""
        return self.dates + self.two_ways

    def first_and_last(self) -> tuple[date, date] | None:
        """Return the first and the last day, where days are written in one way only or count from 1900."""
        days = [day for text in self.values if (day := day_of(text, counts_days=self.serials > 0.2)) is not None]
        return (min(days), max(days)) if days else None


def traits_of(texts: Sequence[str], *, rows: int, is_typed: bool) -> Traits:
    """Return what the values of a column look like.

    Examples
    --------
    >>> traits = traits_of(["2026年3月5日", "2026/3/6", "-"], rows=3, is_typed=False)
    >>> traits.dates, traits.numbers, traits.filled
    (1.0, 0.0, 2)
    """
    values = Counter(text for text in texts if text.lower() not in NOTHING and not _ZEROS.fullmatch(text))
    if len(values) > _MOST_TEXTS:
        values = Counter(dict(values.most_common(_MOST_TEXTS)))
    total = sum(values.values())
    if not total:
        return Traits(values=values, filled=0, rows=rows, is_typed=is_typed)

    return Traits(
        values=values,
        filled=total,
        rows=rows,
        is_typed=is_typed,
        durations=_share_like(values, _THREE_PARTS),
        two_parts=_share_like(values, _TWO_PARTS),
        percents=sum(count for text, count in values.items() if text.endswith("%")) / total,
        yes_no=sum(count for text, count in values.items() if text.lower() in _YES) / total,
        ids=_share_like(values, _ID),
        **_date_traits(values),
        **_number_traits(values),
    )


def _share_like(values: Counter[str], pattern: re.Pattern[str]) -> float:
    return sum(count for text, count in values.items() if pattern.fullmatch(text)) / sum(values.values())


def _date_traits(values: Counter[str]) -> dict[str, Any]:
    """Return what the dates among the values look like."""
    two_ways = [match for text in values if (match := _TWO_WAYS.fullmatch(text))]
    return {
        "dates": _share_of(values, _is_day),
        "months": _share_like(values, _MONTH),
        "serials": _share_like(values, _SERIAL),
        "instants": _share_like(values, _INSTANT),
        "two_ways": sum(values[match[0]] for match in two_ways) / sum(values.values()),
        "first_beyond_12": sum(int(match[1]) > 12 for match in two_ways),
        "second_beyond_12": sum(int(match[3]) > 12 for match in two_ways),
        "second_is_one": len({match[1] for match in two_ways}) > 3 and {int(match[3]) for match in two_ways} == {1},
        "date_sign": Counter(match[2] for match in two_ways).most_common(1)[0][0] if two_ways else "",
        "year_digits": 2 if two_ways and all(len(match[4]) == 2 for match in two_ways) else 4,
    }


def _number_traits(values: Counter[str]) -> dict[str, Any]:
    """Return what the numbers among the values look like, and how large they are."""
    total = sum(values.values())
    bare = {text: _MONEY.sub("", text).strip().rstrip("%").strip() for text in values}
    numeric = {text: _as_number(bare[text]) for text in values if _NUMBER.fullmatch(bare[text])}
    numbers = {text: number for text, number in numeric.items() if number is not None}
    sizes = sorted(number for text, number in numbers.items() for _ in range(min(values[text], 50)))
    other = [number for number in sizes if number != 0] or sizes
    return {
        "numbers": sum(values[text] for text in numbers) / total,
        "comma_decimals": sum(_is_comma_decimal(bare[text]) for text in numbers),
        "dot_decimals": sum(_is_dot_decimal(bare[text]) for text in numbers),
        "either_decimals": sum(bool(re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}-?", bare[text])) for text in numbers),
        "median": statistics.median(other) if other else None,
        "lowest": sizes[0] if sizes else None,
        "highest": sizes[-1] if sizes else None,
        "integers": sum(values[text] for text, number in numbers.items() if number == int(number)) / total,
    }


def day_of(text: str, *, counts_days: bool = False) -> date | None:
    """Return the day that a text names in one way only, or by Excel's number; None for any other."""
    if match := _YEAR_FIRST.fullmatch(text):
        parts = re.split(r"[-/.年月日 T]", text)[:3]
        return _day(*map(int, parts)) if match[1] != "99" else None
    if _COMPACT.fullmatch(text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if counts_days and _SERIAL.fullmatch(text):
        return date(1899, 12, 30) + timedelta(days=int(float(text)))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_day(text: str) -> bool:
    return bool(_YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text) or _NAMED.fullmatch(text))


def _share_of(values: Counter[str], test: Callable[[str], bool]) -> float:
    return sum(count for text, count in values.items() if test(text)) / max(values.total(), 1)


def _is_comma_decimal(text: str) -> bool:
    """Return whether a number can be read with a decimal comma only."""
    is_grouped = bool(_GROUPED_DOT.fullmatch(text)) and ("," in text or text.count(".") > 1)
    return is_grouped or (bool(_COMMA.fullmatch(text)) and not re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}-?", text))


def _is_dot_decimal(text: str) -> bool:
    """Return whether a number can be read with a decimal dot only."""
    is_grouped = bool(_GROUPED_COMMA.fullmatch(text)) and ("." in text or text.count(",") > 1)
    plain = re.fullmatch(r"[-+]?\d+\.\d+-?", text)
    return is_grouped or (bool(plain) and not re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}-?", text))


def _as_number(text: str) -> float | None:
    """Return a number however its thousands are grouped; its size matters here, not its last digits."""
    sign = -1.0 if text.startswith("-") or text.endswith("-") else 1.0
    bare = re.sub(r"[^\d.,]", "", text)
    if _is_comma_decimal(bare) or (_GROUPED_DOT.fullmatch(bare) and bare.count(".") > 1):
        bare = bare.replace(".", "").replace(",", ".")
    elif _GROUPED_COMMA.fullmatch(bare):
        bare = bare.replace(",", "")
    try:
        return sign * float(bare)
    except ValueError:
        return None
