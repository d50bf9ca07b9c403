"""The card's section on protected groups: the figures that could be evaluated, and the way out where one is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.phrase import Phrase
from attrition.message import Message, counted
from attrition.model.card_words import ATTRIBUTES, FAIRNESS, PROTECTED, SKILLS, VERDICTS, crossed, named
from attrition.model.fairness import LEVEL
from attrition.model.groups import MIN_EVENTS, MIN_PEOPLE, TOO_FEW
from attrition.model.markdown import table

if TYPE_CHECKING:
    from attrition.model.paired_bootstrap import Difference
    from attrition.model.stand_ins import WayOut

NOT_SUPPLIED = Message(
    "Not examined: no protected attribute is supplied (birth_date or gender in `agents`, or the table "
    "`audit_attributes`). Whether the model treats groups differently is not known."
)
EXPLANATION = Message(
    "Protected attributes are read for this audit and for nothing else; no model sees them. The level is observed over "
    "expected resignations, and in brackets where chance may put a perfect model's in all groups together. The other "
    "figures are shares of a group beside the share of everybody else, with the interval of their difference, which "
    "holds for all groups together. Groups of under {people} people, or with under {events} who resigned or "
    "are listed where that is asked, are too few: no pass, and no figure. Undecided: the difference is "
    "neither shown to be within the limit nor over it.",
    people=MIN_PEOPLE,
    events=MIN_EVENTS,
)
OTHER_HEADS = (
    Message("group's"),
    Message("everybody else's"),
    Message("difference"),
    Message("limit"),
    Message("verdict"),
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
    title = "## " + Message("Protected groups")
    if figures.empty:
        return [title, "", NOT_SUPPLIED]
    shown = figures[figures["verdict"] != TOO_FEW].to_dict("records")
    rows = [(*_whose(row), f"{row['people']}", *_figures(row), named(row["verdict"], VERDICTS)) for row in shown]
    head = (Message("figure"), Message("attribute"), Message("group"), Message("people"), *OTHER_HEADS)
    few = figures[figures["verdict"] == TOO_FEW].groupby("figure", sort=False).size()
    too_few = [
        counted("- too few, {figure}: {count} group", "- too few, {figure}: {count} groups", int(count), figure=figure)
        for figure, count in ((named(name, FAIRNESS), count) for name, count in few.items())
    ]
    lines = [title, "", EXPLANATION, "", *table(head, rows), "", *too_few]
    return lines if way_out is None else [*lines, "", *_way_out(way_out)]


def _whose(row: Mapping[Any, Any]) -> tuple[Message, Message, Message]:
    """Return the name of a figure, of an attribute and of a group."""
    names = (crossed(row["attribute"], ATTRIBUTES), crossed(row["group"], PROTECTED))
    return (named(row["figure"], FAIRNESS), *names)


def _figures(row: Mapping[Any, Any]) -> tuple[str, str, str, str]:
    """Return the group's figure, everybody else's, their difference with its interval, and the limit."""
    low, high = row["low"], row["high"]
    if row["figure"] == LEVEL:
        interval = Message("({low:.2f} to {high:.2f})", low=low, high=high)
        return f"{row['value']:.2f}", "", interval, f"1 ± {row['limit']:.2f}"
    interval = Message("{gap:+.1%} ({low:+.1%} to {high:+.1%})", gap=row["gap"], low=low, high=high)
    return f"{row['value']:.1%}", f"{row['others']:.1%}", interval, f"± {row['limit']:.0%}"


def _way_out(way_out: WayOut) -> list[str]:
    """Return which features stand in for the groups that are off, and what the model is without them."""
    stand_ins = [
        (
            *(crossed(row.attribute, ATTRIBUTES), crossed(row.group, PROTECTED)),
            *(f"`{row.feature}`", f"{row.auc:.2f}", f"{row.gain_share:.1%}"),
        )
        for row in way_out.stand_ins.itertuples()
    ]
    skill = [
        (Phrase(name, SKILLS.get(name, name)), f"{d.second:.3f}", f"{d.first:.3f}", _difference(d))
        for name, d in way_out.skill.items()
    ]
    after = [
        (*_whose(row), *_figures(row), named(row["verdict"], VERDICTS))
        for row in way_out.fairness[way_out.fairness["verdict"] != TOO_FEW].to_dict("records")
    ]
    text = Message(
        "Nothing is reweighed and no threshold is moved in silence. These features tell the groups that are off from "
        "everybody else (AUC of the feature alone; .5 is chance). To leave them out, remove their columns in "
        "`pipelines/sources.toml`, and retrain."
    )
    whose = (Message("attribute"), Message("group"))
    of_stand_ins = (*whose, Message("feature"), "AUC", Message("share of the gain"))
    of_skill = (Message("skill"), Message("with"), Message("without"), Message("difference"))
    return [
        *("### " + Message("The way out"), "", text, "", *table(of_stand_ins, stand_ins), ""),
        *(Message("The same recipe without them, on the same test months:"), "", *table(of_skill, skill), ""),
        *table((Message("figure"), *whose, *OTHER_HEADS), after),
    ]


def _difference(difference: Difference) -> Message:
    return Message(
        "{value:+.3f} ({low:+.3f} to {high:+.3f})",
        value=difference.first - difference.second,
        low=difference.low,
        high=difference.high,
    )
