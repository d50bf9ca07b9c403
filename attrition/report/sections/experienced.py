"""The section "experienced": are experienced agents leaving too fast?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.columns import named, share, share_interval
from attrition.report.figures.operations import operations_of
from attrition.report.section import Section, Table

if TYPE_CHECKING:
    from attrition.report.figures.experienced import Experienced
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _figures(month: MonthFigures) -> Experienced | None:
    figures = month.once(operations_of)
    return None if figures is None else figures.experienced


def _sentence(view: View[Experienced]) -> str:
    """Return the answer with its figures; whether the others changed alike follows where that is known."""
    figures, formatter = view.figures, view.formatter
    answer = view.text(
        f"experienced.{figures.verdict}",
        agents=formatter.number(figures.agents),
        rate=formatter.share(figures.rate, 0),
        range=formatter.share_interval(figures.low, figures.high),
        before=formatter.share(figures.rate_before, 0),
        before_range=formatter.share_interval(figures.low_before, figures.high_before),
    )
    if math.isnan(figures.ratio) or math.isinf(figures.ratio_high):
        return answer
    ends = {"low": formatter.number(figures.ratio_low, 2), "high": formatter.number(figures.ratio_high, 2)}
    ratio = view.text("experienced.ratio", ratio=formatter.number(figures.ratio, 2), **ends)
    others = view.text("experienced.others", ratio=formatter.number(figures.others_ratio, 2))
    return formatter.sentences(answer, ratio, *([] if math.isnan(figures.others_ratio) else [others]))


def _rows(figures: Experienced) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": ["this", "before"],
            "rate": [figures.rate, figures.rate_before],
            "low": [figures.low, figures.low_before],
            "high": [figures.high, figures.high_before],
        }
    )


SECTION = Section(
    "experienced",
    figures=_figures,
    nothing="experienced.nothing",
    sentence=_sentence,
    note="experienced.note",
    tables=(Table("rates", rows=_rows, columns=(named("year", "year"), share("rate", digits=0), share_interval())),),
)
