"""The effect of an intervention on risk: the smaller of the model's counterfactual and the published evidence.

Both begin after the playbook's ``months_to_effect``; until then the hazard is unchanged. Where the model reads none of
the features that an intervention changes, it has no estimate; then the evidence is used alone, with the end of its
interval that is nearest to no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.feature_changes import apply_changes

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.intervention import Dose, Intervention

MODEL_AND_EVIDENCE = "model and evidence"
EVIDENCE_ONLY = "evidence only"


def intervention_effects(
    fitted: FittedRisk, now: pd.DataFrame, intervention: Intervention, *, before: pd.DataFrame, typical: pd.DataFrame
) -> pd.DataFrame:
    """Estimate each agent's risk after one intervention.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored; it scores the changed features by the same function.
    now : DataFrame
        ``agent_id``, ``as_of`` and features.
    intervention : Intervention
        The intervention.
    before : DataFrame
        Same rows; risk now, one column per horizon in months.
    typical : DataFrame
        Same rows; the peers' median of each numeric feature.

    Returns
    -------
    DataFrame
        Same rows: ``moved`` (whether anything changes), ``basis``, ``dose``, and for each horizon h ``model_h`` (null
        where the model has no estimate), ``evidence_h`` and ``after_h``, which never exceeds the risk before.
    """
    after = apply_changes(now, intervention.changes, typical=typical)
    readable = {feature.name for feature in fitted.features} & set(now.columns)
    names = [change.feature for change in intervention.changes if change.feature in readable]
    has_estimate = now[names].notna().any(axis=1)
    is_changed = _differs(now, after, names)
    table = pd.DataFrame({"moved": ~has_estimate | is_changed}, index=now.index)
    table["basis"] = np.where(has_estimate, MODEL_AND_EVIDENCE, EVIDENCE_ONLY)
    table["dose"] = _dose(now, after, intervention.dose)
    rescored = before.copy()
    if is_changed.any():  # all other rows keep the risk they had
        rescored.loc[is_changed] = risk_by_horizon(fitted, after[is_changed])
    evidence = intervention.evidence
    ratio = np.where(has_estimate, evidence.hazard_ratio, evidence.high) ** table["dose"]
    for horizon in fitted.horizons:
        share = max(0.0, horizon - intervention.months_to_effect) / horizon
        by_model = _partial_risk(before[horizon], cumulative_hazard(rescored[horizon]), share).where(has_estimate)
        by_evidence = _partial_risk(before[horizon], cumulative_hazard(before[horizon]) * ratio, share)
        table[f"model_{horizon}"], table[f"evidence_{horizon}"] = by_model, by_evidence
        table[f"after_{horizon}"] = np.minimum(before[horizon], np.fmax(by_model, by_evidence))
    return table


def risk_by_horizon(fitted: FittedRisk, frame: pd.DataFrame) -> pd.DataFrame:
    """Score, one row per row of the frame (same index) and one column of risk per horizon."""
    risks = fitted.score(frame)["risk"].to_numpy().reshape(len(frame), -1)
    return pd.DataFrame(risks, index=frame.index, columns=list(fitted.horizons))


def cumulative_hazard(risk: pd.Series) -> pd.Series:
    """Convert risk to the cumulative hazard over the horizon."""
    return pd.Series(-np.log1p(-risk), index=risk.index)


def _partial_risk(before: pd.Series, hazard: pd.Series, share: float) -> pd.Series:
    """Give the risk where the new hazard holds for the last `share` of the horizon only."""
    return pd.Series(-np.expm1(-(cumulative_hazard(before) * (1.0 - share) + hazard * share)), index=before.index)


def _differs(now: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> pd.Series:
    return ((now[names] != after[names]) & now[names].notna()).any(axis=1)


def _dose(now: pd.DataFrame, after: pd.DataFrame, dose: Dose | None) -> pd.Series:
    """Give the relative change as a multiple of the declared size; 1 where none is declared or the value is unknown."""
    if dose is None or dose.feature not in now:
        return pd.Series(1.0, index=now.index)
    change = (after[dose.feature] - now[dose.feature]).abs() / now[dose.feature].abs()
    return (change.where(np.isfinite(change)) / dose.size).fillna(1.0)
