"""The effect of an intervention on risk: the smaller of what the model predicts and what the published evidence says.

The model predicts by scoring the features as they would be after the intervention. Both effects begin after the
playbook's ``months_to_effect``; until then the hazard is unchanged. Where the model uses none of the features that an
intervention changes, or none is known for the agent, the evidence alone counts, with the end of its interval that is
nearest to no effect. That end counts too where the features belong to a family that cannot be told apart at the centre
(`attrition.predict.indistinct`): the model then has no say in whom to prefer, and may only be the more careful one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from attrition.predict.feature_changes import apply_changes

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.intervention import Dose, Intervention

MODEL_AND_EVIDENCE = "model and evidence"
EVIDENCE_ONLY = "evidence only"
NOT_TOLD_APART = "careful evidence, cause not told apart"
BASES = (MODEL_AND_EVIDENCE, EVIDENCE_ONLY, NOT_TOLD_APART)


def intervention_effects(
    fitted: FittedRisk,
    now: pd.DataFrame,
    interventions: Sequence[Intervention],
    *,
    before: pd.DataFrame,
    peer_medians: pd.DataFrame,
) -> list[pd.DataFrame]:
    """Return each agent's risk after each of some interventions, at each horizon.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored the month; it scores the changed features too.
    now : DataFrame
        ``agent_id``, ``as_of`` and features as they are now.
    interventions : sequence of Intervention
        Each by itself, as if no other were given.
    before : DataFrame
        Same rows; risk now, one column per horizon in months.
    peer_medians : DataFrame
        Same rows; the peers' median of each numeric feature.

    Returns
    -------
    list of DataFrame
        For each intervention the same rows: ``is_moved`` (false where the model has an estimate and no feature would
        change), ``basis`` (one of `BASES`), ``dose``, and for each horizon h in months the risk by the model
        ``model_h`` (null where it has no estimate), by the evidence ``evidence_h``, and ``after_h``, the larger of the
        two but never above the risk before.
    """
    model_features = {feature.name for feature in fitted.features} & set(now.columns)
    encoded = fitted.encoding.matrix(now)
    tables = []
    for item in interventions:
        names = [change.feature for change in item.changes if change.feature in model_features]
        after = apply_changes(now, item.changes, peer_medians=peer_medians)
        is_changed = _differs(now, after, names)
        rescored = _rescored(fitted, encoded, before, after=after, is_changed=is_changed)
        change = _Change(names, is_changed, _dose(now, after, item.dose).to_numpy(), rescored)
        tables.append(_effects(fitted, now, item, before=before, change=change))
    return tables


class _Change(NamedTuple):
    """What an intervention changes: features of the model, of whom, by how much, and the risks of everybody then."""

    names: list[str]
    is_changed: np.ndarray
    dose: np.ndarray
    rescored: np.ndarray


def _rescored(
    fitted: FittedRisk, encoded: np.ndarray, before: pd.DataFrame, *, after: pd.DataFrame, is_changed: np.ndarray
) -> np.ndarray:
    """Return the risks of everybody, of whom those who change are scored again with the features that `after` holds."""
    risks = before.to_numpy(copy=True)
    if is_changed.any():
        risks[is_changed] = fitted.risk(fitted.encoding.with_changes(encoded[is_changed], after[is_changed]))
    return risks


def _effects(
    fitted: FittedRisk, now: pd.DataFrame, intervention: Intervention, *, before: pd.DataFrame, change: _Change
) -> pd.DataFrame:
    names, is_changed, dose, rescored = change
    has_estimate = now[names].notna().to_numpy().any(axis=1)
    with_estimate = NOT_TOLD_APART if _changes_indistinct_family(fitted, names) else MODEL_AND_EVIDENCE
    basis = np.where(has_estimate, with_estimate, EVIDENCE_ONLY)
    columns = {"is_moved": ~has_estimate | is_changed, "basis": basis, "dose": dose}
    evidence = intervention.evidence
    ratio = np.where(basis != MODEL_AND_EVIDENCE, evidence.high, evidence.hazard_ratio) ** dose
    for position, horizon in enumerate(fitted.horizons):
        share = max(0.0, horizon - intervention.months_to_effect) / horizon
        risk = before[horizon].to_numpy()
        by_model = _partial_risk(risk, cumulative_hazard(rescored[:, position]), share)
        by_model = np.where(has_estimate, by_model, np.nan)
        by_evidence = _partial_risk(risk, cumulative_hazard(risk) * ratio, share)
        after = np.minimum(risk, np.fmax(by_model, by_evidence))
        columns |= {f"model_{horizon}": by_model, f"evidence_{horizon}": by_evidence, f"after_{horizon}": after}
    return pd.DataFrame(columns, index=now.index)


def risk_by_horizon(fitted: FittedRisk, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the risks of a frame's rows, with its index and one column per horizon in months."""
    risks = fitted.risk(fitted.encoding.matrix(frame))
    return pd.DataFrame(risks, index=frame.index, columns=list(fitted.horizons))


def cumulative_hazard(risk: np.ndarray) -> np.ndarray:
    """Return the cumulative hazard over the horizon that corresponds to a risk."""
    return np.asarray(-np.log1p(-risk))


def _changes_indistinct_family(fitted: FittedRisk, names: Collection[str]) -> bool:
    """Return whether one of the features that change belongs to a family that cannot be told apart."""
    return any(item.name in names and item.family in fitted.indistinct_families for item in fitted.features)


def _partial_risk(before: np.ndarray, hazard: np.ndarray, share: float) -> np.ndarray:
    """Return the risk if the new hazard holds in the last `share` of the horizon only, and the old one before."""
    return np.asarray(-np.expm1(-(cumulative_hazard(before) * (1.0 - share) + hazard * share)))


def _differs(now: pd.DataFrame, after: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return whether any of the features that are known differs."""
    differs = np.zeros(len(now), dtype=bool)
    for name in names:
        differs |= (now[name].to_numpy() != after[name].to_numpy()) & now[name].notna().to_numpy()
    return differs


def _dose(now: pd.DataFrame, after: pd.DataFrame, dose: Dose | None) -> pd.Series:
    """Return the relative change as a multiple of the declared size; 1 where no dose is declared or it is unknown."""
    if dose is None or dose.feature not in now:
        return pd.Series(1.0, index=now.index)
    change = (after.get(dose.feature, now[dose.feature]) - now[dose.feature]).abs() / now[dose.feature].abs()
    return (change.where(np.isfinite(change)) / dose.size).fillna(1.0)
