"""What an intervention does to risk: by the model's own what-if and by published evidence, the more careful counts.

Both begin after the playbook's ``months_to_effect``; until then the hazard stays as it is.
Where the model knows none of the features an intervention moves, it has no say; then evidence alone speaks, and with
the careful end of its interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.feature_changes import apply_changes

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.playbook import Dose, Intervention

MODEL_AND_EVIDENCE = "model and evidence"
EVIDENCE_ONLY = "evidence only"


def intervention_effects(
    fitted: FittedRisk, now: pd.DataFrame, intervention: Intervention, *, before: pd.DataFrame, typical: pd.DataFrame
) -> pd.DataFrame:
    """Estimate risk after one intervention.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored; it rescores the moved features through the same function.
    now : DataFrame
        ``agent_id``, ``as_of`` and features.
    intervention : Intervention
        What is done.
    before : DataFrame
        Same rows; risk now, one column per horizon in months.
    typical : DataFrame
        Same rows; the peers' value of each numeric feature.

    Returns
    -------
    DataFrame
        Same rows: ``moved`` (whether anything changes), ``basis``, ``dose``, and for each horizon h
        ``model_h`` (null where the model has no say), ``evidence_h`` and ``after_h``, which never exceeds risk now.
    """
    after = apply_changes(now, intervention.changes, typical=typical)
    known = {feature.name for feature in fitted.features} & set(now.columns)
    names = [change.feature for change in intervention.changes if change.feature in known]
    has_say = now[names].notna().any(axis=1)
    is_other = _differs(now, after, names)
    table = pd.DataFrame({"moved": ~has_say | is_other}, index=now.index)
    table["basis"] = np.where(has_say, MODEL_AND_EVIDENCE, EVIDENCE_ONLY)
    table["dose"] = _dose(now, after, intervention.dose)
    rescored = before.copy()
    if is_other.any():  # the model gives everybody else what it gave before
        rescored.loc[is_other] = risk_by_horizon(fitted, after[is_other])
    told = intervention.evidence
    ratio = np.where(has_say, told.hazard_ratio, told.high) ** table["dose"]
    for horizon in fitted.horizons:
        share = max(0.0, horizon - intervention.months_to_effect) / horizon
        model = _in_time(before[horizon], cumulative_hazard(rescored[horizon]), share).where(has_say)
        evidence = _in_time(before[horizon], cumulative_hazard(before[horizon]) * ratio, share)
        careful = np.fmax(model, evidence)
        table[f"model_{horizon}"], table[f"evidence_{horizon}"] = model, evidence
        table[f"after_{horizon}"] = np.minimum(before[horizon], careful)
    return table


def risk_by_horizon(fitted: FittedRisk, frame: pd.DataFrame) -> pd.DataFrame:
    """Score, one row per row of the frame (same index) and one column of risk per horizon."""
    risks = fitted.score(frame)["risk"].to_numpy().reshape(len(frame), -1)
    return pd.DataFrame(risks, index=frame.index, columns=list(fitted.horizons))


def cumulative_hazard(risk: pd.Series) -> pd.Series:
    """Turn risk into the hazard summed over the horizon."""
    return pd.Series(-np.log1p(-risk), index=risk.index)


def _in_time(before: pd.Series, hazard: pd.Series, share: float) -> pd.Series:
    """Give the risk when the new hazard holds for the last `share` of the horizon only."""
    return pd.Series(-np.expm1(-(cumulative_hazard(before) * (1.0 - share) + hazard * share)), index=before.index)


def _differs(now: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> pd.Series:
    return ((now[names] != after[names]) & now[names].notna()).any(axis=1)


def _dose(now: pd.DataFrame, after: pd.DataFrame, dose: Dose | None) -> pd.Series:
    """Give the relative move as a multiple of the stated size; 1 where it is not stated or not known."""
    if dose is None or dose.feature not in now:
        return pd.Series(1.0, index=now.index)
    move = (after[dose.feature] - now[dose.feature]).abs() / now[dose.feature].abs()
    return (move.where(np.isfinite(move)) / dose.size).fillna(1.0)
