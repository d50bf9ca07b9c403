"""What the headings say about the centre: its language, and with it the likely time zone and currency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrition.data.guess.columns import Described
from attrition.data.terms import Language

_GERMAN = re.compile(
    r"[äöüß]|personal|datum|eintritt|austritt|gehalt|geschlecht|standort|schicht|kündig", re.IGNORECASE
)
_CENTRE = re.compile(r"([\u4e00-\u9fff]{2,12}?(?:客服中心|服务中心|呼叫中心|客户中心|运营中心|中心))")
_NAMES = {"zh": "客户服务中心", "de": "Servicecenter", "en": "My service centre"}
_PLACES = {
    "zh": ("Asia/Shanghai", "CNY", "zh-CN"),
    "de": ("Europe/Berlin", "EUR", "en"),
    "en": ("Asia/Shanghai", "CNY", "en"),
}


def guess_site(extracts: Sequence[Described], language: Language) -> dict[str, Any]:
    """Return the section `[site]` of a new file: name, time zone, currency and language."""
    speech = "zh" if language == "zh" else "de" if _is_german(extracts) else "en"
    zone, currency, tag = _PLACES[speech]
    return {"name": _name(extracts) or _NAMES[speech], "time_zone": zone, "currency": currency, "language": tag}


def language_of(extracts: Sequence[Described]) -> Language:
    """Return "zh" where a good part of the headings is Chinese, else "en"."""
    headings = [name for described in extracts for name in described.extract.headings]
    chinese = sum(any("\u4e00" <= letter <= "\u9fff" for letter in name) for name in headings)
    return "zh" if chinese > 0.3 * len(headings) else "en"


def _is_german(extracts: Sequence[Described]) -> bool:
    headings = [name for described in extracts for name in described.extract.headings]
    return sum(bool(_GERMAN.search(name)) for name in headings) > 0.15 * len(headings)


def _name(extracts: Sequence[Described]) -> str:
    """Return the centre that the titles of the extracts name most often; "" where none does."""
    titles = [title for described in extracts for title in described.extract.titles]
    names = Counter(match[1] for title in titles for match in _CENTRE.finditer(title))
    return names.most_common(1)[0][0] if names else ""
