"""The card's sections on the fit: rows, calibration by horizon, features by family, and which forms were examined."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.data.terms import family_name
from attrition.message import Message, joined
from attrition.model.card_words import UNITS, months_ahead, named
from attrition.model.markdown import table

if TYPE_CHECKING:
    from attrition.labels.treated_labels import TreatedLabels
    from attrition.model.calibration import Calibrator
    from attrition.model.ladder import ExaminedRung
    from attrition.model.risk import FittedRisk

DIRECTIONS = {1: Message("rises"), -1: Message("falls"), 0: Message("free")}


def fit_lines(fitted: FittedRisk, treated_labels: TreatedLabels | None) -> list[str]:
    """Return what the trees were trained on, and the calibration of every horizon beside what the trees expect there.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    treated_labels : TreatedLabels or None
        How many labels are of agents who received an intervention.
    """
    model = fitted.resignations
    text = Message(
        "Trees trained on resignations within {windows} months, on {rows:,} agent-months from {first} to {last}; "
        "{events:,} of them before a resignation within the longest window known.",
        windows=joined(", ", [str(months) for months in fitted.spec.trees.learn_from]),
        rows=model.rows,
        first=model.months[0],
        last=model.months[-1],
        events=model.events,
    )
    head = (
        *(Message("horizon"), Message("slope, intercept"), Message("calibrated on"), Message("agent-months")),
        *(Message("before a resignation"), Message("observed over expected there"), Message("level since")),
    )
    rows = [_calibrator_row(horizon, calibrator) for horizon, calibrator in model.calibrators.items()]
    treated = [] if treated_labels is None else ["", treated_labels.sentence]
    return ["## " + Message("What it was fitted on"), "", text, "", *table(head, rows), *treated]


def _calibrator_row(horizon: int, calibrator: Calibrator) -> tuple[str, ...]:
    months = Message("none")
    if calibrator.months:
        months = Message("{first} to {last}", first=calibrator.months[0], last=calibrator.months[-1])
    return (
        months_ahead(horizon),
        f"{calibrator.slope:.2f}, {calibrator.intercept:+.2f}",
        months,
        f"{calibrator.rows:,}",
        f"{calibrator.events:,}",
        f"{calibrator.observed_over_expected:.2f}",
        f"{math.expm1(calibrator.level_change):+.0%}",
    )


def features_lines(fitted: FittedRisk) -> list[str]:
    """Return the features by family, with direction and share of the gain, and which families cannot be told apart."""
    features, gain = fitted.features, fitted.gain_shares()
    families = sorted(Counter(feature.family for feature in features).items())
    counts = [Message("{family} {number}", family=family_name(family), number=number) for family, number in families]
    indistinct = Message(
        "At this centre, the part of {families} cannot be told apart from the rest of a risk: whose risk it raises "
        "more is not shown, and no intervention is preferred on its account (`attrition.predict.indistinct`).",
        families=joined(", ", map(family_name, fitted.indistinct_families)),
    )
    gain_says = Message("`gain` is the feature's share of the gain of all splits; it says nothing about causes.")
    rows = [
        (
            *(f"`{feature.name}`", family_name(feature.family), Phrase(feature.en, feature.zh)),
            *(named(feature.unit, UNITS), DIRECTIONS[feature.direction], f"{gain[feature.name]:.1%}"),
        )
        for feature in sorted(features, key=lambda feature: (feature.family, -gain[feature.name], feature.name))
    ]
    head = (
        *(Message("feature"), Message("family"), Message("description"), Message("unit")),
        *(Message("risk along it"), Message("gain")),
    )
    return [
        *("## " + Message("Features by family"), ""),
        Message("{number} features: {counts}.", number=len(features), counts=joined(", ", counts)),
        *(["", indistinct] if fitted.indistinct_families else []),
        *("", gain_says, "", *table(head, rows)),
    ]


def rungs_lines(rungs: Sequence[ExaminedRung]) -> list[str]:
    """Return the forms of model that were examined, the richest first, and why each was left or chosen."""
    if not rungs:
        return []
    rows = [
        (
            Phrase(rung.words.en, rung.words.zh),
            Message("chosen") if rung.is_chosen else Message("left"),
            Phrase(rung.reason_en, rung.reason_zh),
        )
        for rung in rungs
    ]
    head = (Message("form"), "", Message("why"))
    return ["## " + Message("Forms of model that were examined, the richest first"), "", *table(head, rows)]
