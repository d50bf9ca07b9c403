"""The figures in a text, the same in each language: `20 of 110` and `110人中20人` hold 20 and 110."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name

from attrition.report.translations import translations

NUMBER = re.compile(r"[−+-]?\d[\d,]*(?:\.\d+)?")
TIMES = {"万": 4, "亿": 8, " million": 6, "m": 6}
HALF_YEARS = {"上半年": " 1 6 ", "下半年": " 7 12 "}
MONTHS = {name: f" {number} " for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
MONTH_WORDS = re.compile(r"\b(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?")
VALUE = "([^ \n，。；]+?(?: to [^ \n]+?)?)"
"""What stands in a place of a phrase: a word or number, or the ends of a range."""
WORDS = {"lower quartile": " 25 ", "每百": " 100 "}
LARGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)(万|亿| million|m(?![a-z]))")


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, sorted, without their signs, with months as numbers and large units written out.

    Examples
    --------
    >>> numbers("20 of 1,019 (2%) in October 2026"), numbers("2026年10月1,019人中20人（2%）")
    ([2.0, 10.0, 20.0, 1019.0, 2026.0], [2.0, 10.0, 20.0, 1019.0, 2026.0])
    >>> numbers("CNY 5.75 million"), numbers("575万元")
    ([5750000.0], [5750000.0])
    """
    text = MONTH_WORDS.sub(lambda match: MONTHS[match[1]], text)
    for words, digits in (HALF_YEARS | WORDS).items():
        text = text.replace(words, digits)
    text = LARGE.sub(_written_out, text)
    return sorted(abs(float(match.replace(",", "").replace("−", "-"))) for match in NUMBER.findall(text))


def _written_out(match: re.Match[str]) -> str:
    return f"{float(match[1].replace(',', '')) * 10 ** TIMES[match[2]]:.0f}"


def values_of(key: str, text: str, language: str) -> list[dict[str, str]]:
    """Return what stands in the places of a phrase, each time that the phrase stands in a text.

    Examples
    --------
    >>> values_of("watch.unscored", "32 agents were not scored: too little is known about them.", "en")
    [{'count': '32'}]
    """
    phrase = re.escape(translations(language).phrases[key])
    pattern, names = re.sub(r"\\\{(\w+)\\\}", lambda _: VALUE, phrase), re.findall(r"\\\{(\w+)\\\}", phrase)
    return [
        dict(zip(names, match if isinstance(match, tuple) else (match,), strict=True))
        for match in re.findall(pattern, text)
    ]


def decimals(text: str) -> int:
    """Return with how many decimals the number in a text is written."""
    number = next(iter(NUMBER.findall(text)), "")
    return len(number.partition(".")[2])
