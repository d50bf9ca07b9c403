"""Observational comparison: agents who received an intervention without a pilot, and similar agents who did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from attrition.errors import UserError
from attrition.labels.interventions_received import RECENT_MONTHS, without_declined
from attrition.labels.outcomes import month_end
from attrition.pilot.adjusted import FOLDS, covariates
from attrition.pilot.balance import BALANCED, balance, within_overlap
from attrition.pilot.cox import CONFIDENCE
from attrition.pilot.difference import Difference
from attrition.pilot.follow_up import follow_up

MONTHS = 3
MINIMUM_TREATED = 20
GRADE = "correlational"
NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True)
class ObservationalComparison:
    """The estimated effect of an intervention that was not randomised, on the agents who received it.

    Attributes
    ----------
    kind : str
        The intervention.
    treated, controls : int
        Agent-months compared: those in which the intervention began, and others of the same months.
    trimmed : int
        Agent-months left out, whose propensity is outside the range of the other group.
    resigned_treated : int
        Resignations among the treated within `months`.
    risk_treated, risk_control : float
        Share who resigned, and the estimated share without the intervention.
    difference : Difference
        Difference of the two, with a 95 % interval clustered by agent.
    ratio : Difference
        The hazard ratio with its interval; null where a risk is 0 or 1.
    balance : DataFrame
        ``what``, ``before``, ``after``: standardised differences.
    grade : str
        ``correlational``, or ``not comparable`` where differences remain after weighting.
    """

    kind: str
    months: int
    treated: int
    controls: int
    trimmed: int
    resigned_treated: int
    risk_treated: float
    risk_control: float
    difference: Difference
    ratio: Difference
    balance: pd.DataFrame
    grade: str


def compare_observed(
    interventions: pd.DataFrame, outcomes: pd.DataFrame, scores: pd.DataFrame, *, kind: str, known_at: pd.Timestamp
) -> ObservationalComparison:
    """Estimate the effect of an intervention on the agents who received it, adjusted for baseline covariates.

    Parameters
    ----------
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    outcomes : DataFrame
        All agent-months: ``agent_id``, ``as_of``, ``site``, ``tenure_band`` and what followed.
    scores : DataFrame
        Risks by models that were fitted before the outcomes were known: ``agent_id``, ``as_of``, ``horizon_months``,
        ``risk``.
    kind : str
        The intervention.
    known_at : Timestamp
        Month-end up to which exits and interventions are known.

    Raises
    ------
    UserError
        Fewer than 20 treated agent-months have an earlier risk and three months of follow-up.

    Notes
    -----
    One target trial per month (Hernán & Robins 2016): agents at risk at the end of the month in which the intervention
    began are followed from there, which avoids immortal time; baseline risks are those of a month earlier. The estimand
    is the average effect on the treated, by doubly robust scores with odds weights, cross-fitted by agent.
    """
    rows = _trials(interventions, outcomes, scores, kind=kind, known_at=known_at)
    if rows["is_treated"].sum() < MINIMUM_TREATED:
        raise UserError(
            f"{int(rows['is_treated'].sum())} agents who began {kind} have an earlier risk in runs/backtest/ and "
            f"{MONTHS} months of follow-up; {MINIMUM_TREATED} are needed. Or run a pilot: attrition pilot design {kind}"
        )
    propensity = _predict(rows, rows["is_treated"], np.ones(len(rows), bool))
    in_overlap = within_overlap(propensity, rows["is_treated"].to_numpy())
    rows, propensity = rows[in_overlap].reset_index(drop=True), propensity[in_overlap]
    weight = _odds_weights(propensity, rows["is_treated"].to_numpy())
    table = balance(rows, weight)
    grade = GRADE if table["after"].abs().max() <= BALANCED else NOT_COMPARABLE
    return _estimate(rows, weight, kind=kind, trimmed=int((~in_overlap).sum()), table=table, grade=grade)


def _trials(
    interventions: pd.DataFrame, outcomes: pd.DataFrame, scores: pd.DataFrame, *, kind: str, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Build one trial per month: agents at risk at its end who had not received it in the months before."""
    risks = scores[(scores["horizon_months"] == MONTHS) & scores["risk"].notna()]
    risks = risks.assign(as_of=month_end(risks["as_of"], plus=1))[["agent_id", "as_of", "risk"]]
    at_risk = outcomes.merge(risks, on=["agent_id", "as_of"], validate="one_to_one")
    at_risk = at_risk[month_end(at_risk["as_of"], plus=MONTHS) <= known_at].reset_index(drop=True)
    is_known = (interventions["kind"] == kind) & (interventions["known_on"] <= known_at)
    received = without_declined(interventions[is_known])
    begun = received[(received["arm"] != "control").fillna(True)].assign(month=month_end(received["start_date"]))
    pairs = at_risk[["agent_id", "as_of"]].merge(begun[["agent_id", "month"]], on="agent_id")
    age = pairs["as_of"].dt.year * 12 + pairs["as_of"].dt.month - pairs["month"].dt.year * 12 - pairs["month"].dt.month
    began_now, began_before = (
        pd.MultiIndex.from_frame(pairs.loc[selected, ["agent_id", "as_of"]])
        for selected in (age == 0, (age > 0) & (age < RECENT_MONTHS))
    )
    keys = pd.MultiIndex.from_frame(at_risk[["agent_id", "as_of"]])
    log_odds = np.log(at_risk["risk"] / (1.0 - at_risk["risk"]))
    at_risk = at_risk.assign(is_treated=keys.isin(began_now), log_odds=log_odds)
    return _with_outcomes(at_risk[~keys.isin(began_before)].reset_index(drop=True), known_at)


def _with_outcomes(at_risk: pd.DataFrame, known_at: pd.Timestamp) -> pd.DataFrame:
    """Add the follow-up of each trial's agents; agents who had left already, as became known later, are left out."""
    parts = []
    for as_of, month in at_risk.groupby("as_of", sort=True):
        outcomes = follow_up(month.reset_index(drop=True), MONTHS, known_at=known_at)
        parts.append(month.merge(outcomes, on="agent_id", validate="one_to_one").assign(month=f"{as_of:%Y-%m}"))
    rows = pd.concat(parts, ignore_index=True) if parts else at_risk.assign(resigned=0.0, month="")
    months = rows.loc[rows["is_treated"], "month"]
    return rows[rows["month"].isin(months)].reset_index(drop=True)


def _predict(rows: pd.DataFrame, label: pd.Series, is_training: np.ndarray) -> np.ndarray:
    """Predict a label by ridge logistic regression, cross-fitted by agent, trained on the rows of a mask."""
    months = pd.get_dummies(rows["month"], drop_first=True, dtype=float).to_numpy()
    x, y = np.column_stack([covariates(rows), months]), label.to_numpy(int)
    predictions = np.empty(len(rows))
    for other_folds, test in GroupKFold(FOLDS).split(x, groups=rows["agent_id"].to_numpy()):
        train = other_folds[is_training[other_folds]]
        if y[train].min() == y[train].max():
            predictions[test] = y[train].mean()
        else:
            model = LogisticRegression(max_iter=500).fit(x[train], y[train])
            predictions[test] = model.predict_proba(x[test])[:, 1]
    return predictions


def _odds_weights(propensity: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Weight controls by their odds of treatment, scaled to the number of the treated; the treated have weight 1."""
    odds = np.where(is_treated, 1.0, propensity / (1.0 - propensity))
    scale = is_treated.sum() / odds[~is_treated].sum()
    return np.where(is_treated, 1.0, odds * scale)


def _estimate(
    rows: pd.DataFrame, weight: np.ndarray, *, kind: str, trimmed: int, table: pd.DataFrame, grade: str
) -> ObservationalComparison:
    """Estimate the average effect on the treated, with standard errors clustered by agent."""
    y, is_treated = rows["resigned"].to_numpy(float), rows["is_treated"].to_numpy(bool)
    risk_without = _predict(rows, rows["resigned"], ~is_treated)
    count = is_treated.sum()
    sign = np.where(is_treated, weight, -weight)
    value = float((sign * (y - risk_without)).sum() / count)
    risk = float(y[is_treated].mean())
    influence = np.where(is_treated, y - risk, 0.0) / count
    influence_of_difference = (sign * (y - risk_without) - np.where(is_treated, value, 0.0)) / count
    return ObservationalComparison(
        kind=kind,
        months=MONTHS,
        treated=int(count),
        controls=int((~is_treated).sum()),
        trimmed=trimmed,
        resigned_treated=int(y[is_treated].sum()),
        risk_treated=risk,
        risk_control=risk - value,
        difference=_interval(value, influence_of_difference, rows["agent_id"]),
        ratio=_hazard_ratio((risk, risk - value), (influence, influence - influence_of_difference), rows["agent_id"]),
        balance=table,
        grade=grade,
    )


def _hazard_ratio(
    risks: tuple[float, float], influences: tuple[np.ndarray, np.ndarray], agents: pd.Series
) -> Difference:
    """Convert risks (treated, control) to a hazard ratio, by the delta method on the log scale; null at 0 or 1."""
    treated, control = risks
    if not (0.0 < treated < 1.0 and 0.0 < control < 1.0):
        return Difference(np.nan, np.nan, np.nan)
    hazards = -np.log1p(-np.array([treated, control]))
    slopes = 1.0 / ((1.0 - np.array([treated, control])) * hazards)
    influence = slopes[0] * influences[0] - slopes[1] * influences[1]
    log_ratio = _interval(float(np.log(hazards[0] / hazards[1])), influence, agents)
    return Difference(*(float(np.exp(part)) for part in (log_ratio.value, log_ratio.low, log_ratio.high)))


def _interval(value: float, influence: np.ndarray, agents: pd.Series) -> Difference:
    """Give the 95 % interval from the influence of each row, summed by agent."""
    error = np.sqrt((pd.Series(influence).groupby(agents.to_numpy()).sum() ** 2).sum())
    half = float(ndtri(0.5 + CONFIDENCE / 2.0) * error)
    return Difference(value, value - half, value + half)
