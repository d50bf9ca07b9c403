"""The page of a comparison without a lot: that it is weaker comes first, then overlap, balance and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.pilot.design_page import template
from attrition.pilot.observational import GRADE, ObservationalComparison

if TYPE_CHECKING:
    from attrition.pilot.difference import Difference

SAID_EN = {
    "fewer": "Fewer resigned than among others alike, which may or may not be because of it.",
    "more": "More resigned than among others alike, which may or may not be because of it.",
    "open": "Too early to say: chance alone could have made the difference.",
    "apart": "Cannot be said: the two groups differ in what was known before, even after weighting.",
}
SAID_ZH = {
    "fewer": "主动离职少于相似者，但未必是措施所致。",
    "more": "主动离职多于相似者，但未必是措施所致。",
    "open": "尚无法判断：差异可能只是偶然。",
    "apart": "无法判断：加权后两组事先的情况仍不相同。",
}
NO_LOT = "Not drawn by lot (grade: {grade}). "


def observational_pages(found: ObservationalComparison, *, en: str, zh: str) -> dict[str, str]:
    """Write the page in English and in Chinese, the intervention in the words of the playbook."""
    told = vars(found) | {
        "difference": _points(found.difference),
        "ratio": _plain(found.ratio),
        "balance": "\n".join(f"| {row.what} | {row.before:+.2f} | {row.after:+.2f} |" for row in _rows(found.balance)),
    }
    key = _key(found)
    return {
        "en": template("observed.en").format(**told, offer=en, said=SAID_EN[key]),
        "zh": template("observed.zh").format(**told, offer=zh, said=SAID_ZH[key]),
    }


def summary_line(found: ObservationalComparison) -> str:
    """Say in one line what is seen, and that no lot was drawn."""
    return NO_LOT.format(grade=found.grade) + SAID_EN[_key(found)]


def _key(found: ObservationalComparison) -> str:
    if found.grade != GRADE:
        return "apart"
    return "fewer" if found.difference.high < 0 else "more" if found.difference.low > 0 else "open"


def _rows(table: pd.DataFrame) -> list:
    return list(table.itertuples(index=False))


def _points(found: Difference) -> str:
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def _plain(found: Difference) -> str:
    return "-" if pd.isna(found.value) else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
