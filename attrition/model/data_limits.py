"""Say what the data of a model take for granted, and which events, such as a reorganisation, its evaluation spans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.phrase import Phrase
from attrition.message import Message
from attrition.model.card_words import EVENTS, named

if TYPE_CHECKING:
    from attrition.model.holdout import HoldoutEvaluation


def data_limits(panel_facts: Mapping[str, Any], evaluation: HoldoutEvaluation | None) -> list[Message]:
    """Return a line for each assumption, and for each event that lies within the evaluated months.

    Events are those that the site declares, with their notes, and the reorganisations found in its tables.
    """
    assumptions: list[Message] = [Phrase(**assumption) for assumption in panel_facts["assumptions"]]
    if evaluation is None:
        return assumptions
    months = evaluation.origin.scored_months
    first, last = months[0].to_period("M").start_time, months[-1]
    declared = {(event["date"], event["kind"]): event.get("note", "") for event in panel_facts.get("events", ())}
    detected = {(item["day"], "reorganisation"): "" for item in panel_facts.get("reorganisations", ())}
    spanned = [
        Message(
            "the evaluated months span the {kind} of {day}{note}",
            kind=named(kind, EVENTS),
            day=day,
            note=Message(" ({note})", note=note) if note else "",
        )
        for (day, kind), note in sorted((detected | declared).items())
        if first <= pd.Timestamp(day) <= last
    ]
    return [*assumptions, *spanned]
