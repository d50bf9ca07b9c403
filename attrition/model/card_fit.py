"""The card's sections on the fit: rows, calibration by horizon, features by family, and which forms were examined."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrition.model.markdown import table

if TYPE_CHECKING:
    from attrition.labels.treated_labels import TreatedLabels
    from attrition.model.ladder import ExaminedRung
    from attrition.model.risk import FittedRisk

INDISTINCT = (
    "At this centre, the part of {families} cannot be told apart from the rest of a risk: whose risk it raises more is "
    "not shown, and no intervention is preferred on its account (`attrition.predict.indistinct`)."
)


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
    windows = ", ".join(str(months) for months in fitted.spec.trees.learn_from)
    text = (
        f"Trees trained on resignations within {windows} months, on {model.rows:,} agent-months from "
        f"{model.months[0]} to {model.months[-1]}; {model.events:,} of them before a resignation within the "
        "longest window known."
    )
    rows = [
        (
            f"{horizon} months",
            f"{calibrator.slope:.2f}, {calibrator.intercept:+.2f}",
            f"{calibrator.months[0]} to {calibrator.months[-1]}" if calibrator.months else "none",
            f"{calibrator.rows:,}",
            f"{calibrator.events:,}",
            f"{calibrator.observed_over_expected:.2f}",
            f"{math.expm1(calibrator.level_change):+.0%}",
        )
        for horizon, calibrator in model.calibrators.items()
    ]
    header = (
        "horizon",
        "slope, intercept",
        "calibrated on",
        "agent-months",
        "before a resignation",
        "observed over expected there",
        "level since",
    )
    treated = [] if treated_labels is None else ["", treated_labels.sentence]
    return ["## What it was fitted on", "", text, "", *table(header, rows), *treated]


def features_lines(fitted: FittedRisk) -> list[str]:
    """Return the features by family, with direction and share of the gain, and which families cannot be told apart."""
    features = fitted.features
    indistinct = ", ".join(fitted.indistinct_families)
    families = Counter(feature.family for feature in features)
    gain = fitted.gain_shares()
    direction_words = {1: "rises", -1: "falls", 0: "free"}
    lines = [
        *("## Features by family", "", f"{len(features)} features:"),
        ", ".join(f"{family} {count}" for family, count in sorted(families.items())) + ".",
        *(["", INDISTINCT.format(families=indistinct)] if indistinct else []),
        *("", "`gain` is the feature's share of the gain of all splits; it says nothing about causes.", ""),
    ]
    rows = [
        (
            *(f"`{feature.name}`", feature.family, feature.en, feature.zh, feature.unit),
            *(direction_words[feature.direction], f"{gain[feature.name]:.1%}"),
        )
        for feature in sorted(features, key=lambda feature: (feature.family, -gain[feature.name], feature.name))
    ]
    return [*lines, *table(("feature", "family", "description", "说明", "unit", "risk along it", "gain"), rows)]


def rungs_lines(rungs: Sequence[ExaminedRung]) -> list[str]:
    """Return the forms of model that were examined, the richest first, and why each was left or chosen."""
    if not rungs:
        return []
    rows = [(rung.words.en, "chosen" if rung.is_chosen else "left", rung.reason_en) for rung in rungs]
    return ["## Forms of model that were examined, the richest first", "", *table(("form", "", "why"), rows)]
