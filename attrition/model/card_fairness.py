"""The card's section on protected groups: the figures that could be evaluated, and the way out where one is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.model.fairness import LEVEL
from attrition.model.groups import MIN_EVENTS, MIN_PEOPLE, TOO_FEW
from attrition.model.markdown import table

if TYPE_CHECKING:
    from attrition.model.stand_ins import WayOut

NOT_SUPPLIED = (
    "Not examined: no protected attribute is supplied (birth_date or gender in `agents`, or the table "
    "`audit_attributes`). Whether the model treats groups differently is not known."
)
EXPLANATION = (
    "Protected attributes are read for this audit and for nothing else; no model sees them. The level is observed over "
    "expected resignations, and in brackets where chance may put a perfect model's in all groups together. The other "
    "figures are shares of a group beside the share of everybody else, with the interval of their difference, which "
    f"holds for all groups together. Groups of under {MIN_PEOPLE} people, or with under {MIN_EVENTS} who resigned or "
    "are listed where that is asked, are too few: no pass, and no figure. Undecided: the difference is "
    "neither shown to be within the limit nor over it."
)


def fairness_lines(figures: pd.DataFrame, way_out: WayOut | None) -> list[str]:
    """Return the lines of the section.

    Parameters
    ----------
    figures : DataFrame
        From `attrition.model.fairness`; empty where a site supplies no protected attribute.
    way_out : WayOut or None
        From `attrition.model.stand_ins.way_out`, where a figure is off.
    """
    if figures.empty:
        return ["## Protected groups", "", NOT_SUPPLIED]
    shown = figures[figures["verdict"] != TOO_FEW]
    rows = [
        (row["figure"], row["attribute"], row["group"], f"{row['people']}", *_figures(row), row["verdict"])
        for row in shown.to_dict("records")
    ]
    head = ("figure", "attribute", "group", "people", "group's", "everybody else's", "difference", "limit", "verdict")
    few = figures[figures["verdict"] == TOO_FEW].groupby("figure", sort=False).size()
    too_few = [f"- too few, {figure}: {count} groups" for figure, count in few.items()]
    lines = ["## Protected groups", "", EXPLANATION, "", *table(head, rows), "", *too_few]
    return lines if way_out is None else [*lines, "", *_way_out(way_out)]


def _figures(row: Mapping[Any, Any]) -> tuple[str, str, str, str]:
    """Return the group's figure, everybody else's, their difference with its interval, and the limit."""
    if row["figure"] == LEVEL:
        return f"{row['value']:.2f}", "", f"({row['low']:.2f} to {row['high']:.2f})", f"1 ± {row['limit']:.2f}"
    interval = f"{row['gap']:+.1%} ({row['low']:+.1%} to {row['high']:+.1%})"
    return f"{row['value']:.1%}", f"{row['others']:.1%}", interval, f"± {row['limit']:.0%}"


def _way_out(way_out: WayOut) -> list[str]:
    """Return which features stand in for the groups that are off, and what the model is without them."""
    told = [
        (row.attribute, row.group, f"`{row.feature}`", f"{row.auc:.2f}", f"{row.gain_share:.1%}")
        for row in way_out.stand_ins.itertuples()
    ]
    skill = [
        (name, f"{d.second:.3f}", f"{d.first:.3f}", f"{d.first - d.second:+.3f} ({d.low:+.3f} to {d.high:+.3f})")
        for name, d in way_out.skill.items()
    ]
    after = [
        (row["figure"], row["attribute"], row["group"], *_figures(row), row["verdict"])
        for row in way_out.fairness[way_out.fairness["verdict"] != TOO_FEW].to_dict("records")
    ]
    return [
        *("### The way out", ""),
        "Nothing is reweighed and no threshold is moved in silence. These features tell the groups that are off from "
        "everybody else (AUC of the feature alone; .5 is chance). To leave them out, remove their columns in "
        "`pipelines/sources.toml`, and retrain.",
        *("", *table(("attribute", "group", "feature", "AUC", "share of the gain"), told), ""),
        *("The same recipe without them, on the same test months:", ""),
        *table(("skill", "with", "without", "difference"), skill),
        "",
        *table(
            ("figure", "attribute", "group", "group's", "everybody else's", "difference", "limit", "verdict"), after
        ),
    ]
