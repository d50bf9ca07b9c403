"""Tables a report needs besides the contract's: spells, earlier scores with their outcomes, months to compare with."""

from __future__ import annotations

from typing import Any

import pandas as pd

from attrition.exposure.open_past import CUT_COLUMNS
from attrition.labels.outcomes import KEYS
from attrition.predict.driver_views import MONTHS_BACK
from attrition.report.figures.track_record import scores_with_outcomes
from attrition.steps.report_history import EarlierScores, ReportMonth

GROUPS = ("site", "team_id", "tenure_band", *CUT_COLUMNS)
MONTHS = 12
"""How far back: scores whose horizon has passed, and base pay."""


def report_tables(month: ReportMonth, earlier: EarlierScores, *, base_pay: str) -> dict[str, Any]:
    """Gather fields of `attrition.report.inputs.ReportInputs`.

    Parameters
    ----------
    month : ReportMonth
        The month reported on.
    earlier : EarlierScores
        Scores of earlier months.
    base_pay : str
        The feature that holds base pay.

    Returns
    -------
    dict
        ``spells``, ``past_scores``, ``panel_rows``, ``base_pay_history``, ``driver_views``,
        ``interventions_received``, ``recent_interventions``, ``plan``.
    """
    runs, as_of = month.runs, month.as_of
    return {
        "spells": runs.read_spells(),
        "past_scores": _past_scores(month, earlier),
        "panel_rows": _compared_months(month),
        "base_pay_history": _base_pay(month, base_pay),
        "driver_views": runs.read_optional(as_of, "driver_views"),
        "interventions_received": runs.read_interventions(),
        "recent_interventions": runs.read_optional(as_of, "treated"),
        "plan": runs.read_plan(as_of),
    }


def _past_scores(month: ReportMonth, earlier: EarlierScores) -> pd.DataFrame | None:
    """Join the scores of the latest mature year with what happened, and with the groups of that time."""
    parts = [
        scores_with_outcomes(scores, month.outcomes, horizon=month.spec.headline, known_at=month.as_of)
        for scores in (earlier.issued, earlier.backtested)
        if len(scores)
    ]
    if not parts:
        return None
    scored = pd.concat(parts, ignore_index=True)
    latest = scored[scored["as_of"].isin(sorted(scored["as_of"].unique())[-MONTHS:])]
    groups = month.outcomes[[*KEYS, *(name for name in ("site", "team_id") if name in month.outcomes)]]
    return latest.merge(groups, on=KEYS, how="left", validate="one_to_one").drop(columns="abstained")


def _compared_months(month: ReportMonth) -> pd.DataFrame:
    """Read the panel's rows of this month, the one before and a year ago, with the groups of that time."""
    end = pd.Timestamp(month.as_of)
    months = [end - pd.offsets.MonthEnd(back) if back else end for back in MONTHS_BACK]
    rows = month.runs.read_panel_months(months)
    groups = month.outcomes[[*KEYS, *(name for name in GROUPS if name in month.outcomes)]]
    features = rows.drop(columns=[name for name in GROUPS if name in rows])
    return features.merge(groups, on=KEYS, how="left", validate="one_to_one")


def _base_pay(month: ReportMonth, feature: str) -> pd.DataFrame | None:
    """Read base pay of the twelve months before; null where the panel has none."""
    if feature not in {declared["name"] for declared in month.runs.panel_provenance()["features"]}:
        return None
    ends = pd.date_range(end=month.as_of, periods=MONTHS + 1, freq="ME")
    return month.runs.read_panel_months(list(ends), [*KEYS, feature])
