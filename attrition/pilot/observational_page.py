"""The page of an observational comparison, in English and Chinese: its limits, overlap, estimates and balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.data.terms import Language
from attrition.pilot.design_page import template
from attrition.pilot.observational import GRADE, NOT_COMPARABLE, ObservationalComparison

if TYPE_CHECKING:
    from attrition.pilot.difference import Difference

GRADES_ZH = {GRADE: "仅为相关", NOT_COMPARABLE: "不可比"}
SUMMARY_EN = {
    "fewer": "Fewer resigned than among similar agents, which may or may not be because of it.",
    "more": "More resigned than among similar agents, which may or may not be because of it.",
    "open": "Too early to say: the difference may be due to chance alone.",
    "apart": "Cannot be said: the two groups differ in their baseline, even after weighting.",
}
SUMMARY_ZH = {
    "fewer": "主动离职少于相似者，但未必是措施所致。",
    "more": "主动离职多于相似者，但未必是措施所致。",
    "open": "尚无法判断：差异可能只是偶然。",
    "apart": "无法判断：加权后两组事先的情况仍不相同。",
}
NOT_RANDOMISED_EN = "Not randomised (grade: {grade}). "
NOT_RANDOMISED_ZH = "非随机分组（证据等级：{grade}）。"


def observational_pages(comparison: ObservationalComparison, *, en: str, zh: str) -> dict[str, str]:
    """Return the page in English and in Chinese; `en` and `zh` are the names of the intervention in the playbook."""
    blanks = vars(comparison) | {
        "difference": _points(comparison.difference),
        "ratio": _ratio(comparison.ratio),
        "balance": "\n".join(
            f"| {row.what} | {row.before:+.2f} | {row.after:+.2f} |" for row in _rows(comparison.balance)
        ),
    }
    key = summary_key(comparison)
    return {
        "en": template("observed.en").format(**blanks, offer=en, summary=SUMMARY_EN[key]),
        "zh": template("observed.zh").format(**blanks, offer=zh, summary=SUMMARY_ZH[key]),
    }


def summary_line(comparison: ObservationalComparison, *, language: Language = "en") -> str:
    """Return the result in one line, which begins by saying that it was not randomised."""
    if language == "zh":
        grade = GRADES_ZH.get(comparison.grade, comparison.grade)
        return NOT_RANDOMISED_ZH.format(grade=grade) + SUMMARY_ZH[summary_key(comparison)]
    return NOT_RANDOMISED_EN.format(grade=comparison.grade) + SUMMARY_EN[summary_key(comparison)]


def summary_key(comparison: ObservationalComparison) -> str:
    """Return the key of the summary: whether fewer or more resigned, or neither can be said."""
    if comparison.grade != GRADE:
        return "apart"
    return "fewer" if comparison.difference.high < 0 else "more" if comparison.difference.low > 0 else "open"


def _rows(table: pd.DataFrame) -> list:
    return list(table.itertuples(index=False))


def _points(difference: Difference) -> str:
    return f"{100 * difference.value:+.1f} ({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"


def _ratio(ratio: Difference) -> str:
    return "-" if pd.isna(ratio.value) else f"{ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
