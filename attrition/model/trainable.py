"""Which horizons have enough mature months and resignations for a rung of the ladder, and since when there are any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.errors import DataError
from attrition.message import Message
from attrition.model.spec import BacktestJob, Spec

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.training_set import TrainingSet


def fewest_months(spec: Spec) -> int:
    """Return the fewest months of a panel from which a model can be fitted: one, and those until its labels are known.

    Examples
    --------
    >>> fewest_months(Spec(name="resignation"))
    4
    """
    return 1 + spec.headline


def fewest_months_for_backtest(job: BacktestJob, spec: Spec) -> int:
    """Return the fewest months, with exits known of all, that a backtest needs.

    Examples
    --------
    >>> from attrition.model.spec import BacktestJob
    >>> fewest_months_for_backtest(BacktestJob(first_after_months=12, step_months=3), Spec(name="resignation"))
    15
    """
    return fewest_before_origin(job, spec) + job.step_months + spec.headline


def fewest_before_origin(job: BacktestJob, spec: Spec) -> int:
    """Return the fewest months up to the first origin of a backtest.

    Examples
    --------
    >>> from attrition.model.spec import BacktestJob
    >>> fewest_before_origin(BacktestJob(first_after_months=18), Spec(name="resignation"))
    9
    """
    return min(job.first_after_months, spec.calibration.minimum_training_months + spec.headline)


def trainable_horizons(training: TrainingSet, spec: Spec) -> tuple[list[int], list[Message]]:
    """Return the horizons with enough mature months and resignations, and a note on each of the others.

    Raises
    ------
    DataError
        The headline is not among them.
    """
    from attrition.model.rungs import minimum_data

    horizons: list[int] = []
    notes: list[Message] = []
    for horizon in spec.horizons:
        label = training.labels[horizon]
        months, events = training.as_of[label.notna()].nunique(), int(label.sum())
        min_months, min_events = minimum_data(spec)
        if months >= min_months and events >= min_events:
            horizons.append(horizon)
            continue
        counts = Message(
            "{horizon} months ahead: {months} mature months with {events} resignations; "
            "{min_months} and {min_events} needed",
            horizon=horizon,
            months=months,
            events=events,
            min_months=min_months,
            min_events=min_events,
        )
        if horizon == spec.headline and months == 0:
            raise DataError(_no_mature_month(training, horizon))
        if horizon == spec.headline:
            raise DataError("history is too short for the headline, {counts}", counts=counts)
        notes.append(Message("left out, {counts}", counts=counts))
    return horizons, notes


def short_history_notes(features: Sequence[Feature], months: int) -> list[Message]:
    """Return a note on each feature that takes more months of history than there are, and is not learnt from."""
    return [
        Message(
            "{feature}: not learnt from, since it takes {needed} months of history, not {months}",
            feature=Phrase(feature.en, feature.zh),
            needed=feature.history_months,
            months=months,
        )
        for feature in features
        if feature.history_months > months
    ]


def _no_mature_month(training: TrainingSet, horizon: int) -> str:
    """Return a message that says from when on the first month's labels will be mature."""
    import pandas as pd

    from attrition.labels.outcomes import month_end

    first = training.as_of.min()
    mature_on = month_end(pd.Series([first]), plus=horizon + training.recording_months).iloc[0]
    return Message(
        "nothing can be learnt yet: whether somebody resigns within {horizon} months of {first:%Y-%m}, the first "
        "month, is known when the exits up to {mature_on:%Y-%m-%d} are on file; a model can be trained then",
        horizon=horizon,
        first=first,
        mature_on=mature_on,
    )
