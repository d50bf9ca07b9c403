"""Observational comparison: agents who received an intervention without a pilot, and similar agents who did not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri
from sklearn.model_selection import GroupKFold

from attrition.errors import UserError
from attrition.labels.interventions_received import RECENT_MONTHS, without_declined
from attrition.labels.maturity import is_mature
from attrition.labels.outcomes import month_end
from attrition.pilot.adjusted import FOLDS, covariates, ridge_probabilities
from attrition.pilot.balance import MAXIMUM_DIFFERENCE, balance, within_overlap
from attrition.pilot.cox import CONFIDENCE
from attrition.pilot.difference import Difference
from attrition.pilot.follow_up import follow_up

MONTHS = 3
"""Months of follow-up."""
MINIMUM_TREATED = 20
"""With fewer treated agent-months than this no comparison is made."""
GRADE = "correlational"
NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True)
class ObservationalComparison:
    """The estimated effect of an intervention that was not randomised, on the agents who received it.

    Attributes
    ----------
    kind : str
        Id of the intervention.
    months : int
        Months of follow-up.
    treated, controls : int
        Numbers of agent-months compared: those in which the intervention began, and others of the same months.
    trimmed : int
        Number of agent-months left out, since their propensity is outside the range of the other group.
    resigned_treated : int
        Number of resignations among the treated within `months`.
    risk_treated, risk_control : float
        Share of the treated who resigned, and the share of them who would have without the intervention (estimated).
    difference : Difference
        The first minus the second, with a 95 % interval from standard errors clustered by agent.
    ratio : Difference
        The hazard ratio with its interval; NaN where a risk is 0 or 1.
    balance : DataFrame
        From `attrition.pilot.balance.balance`.
    grade : str
        ``correlational``; ``not comparable`` where a covariate is not balanced after weighting.
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
    """Return the estimated effect of an intervention on the agents who received it, adjusted for baseline covariates.

    Parameters
    ----------
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    outcomes : DataFrame
        All agent-months: ``agent_id``, ``as_of``, ``site``, ``tenure_band`` and their next exit.
    scores : DataFrame
        Risks by models that were fitted before the outcomes were known: ``agent_id``, ``as_of``, ``horizon_months``,
        ``risk``.
    kind : str
        Id of the intervention.
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
    is the average effect on the treated, by doubly robust scores with odds weights. Risks without the intervention are
    cross-fitted by agent; propensities are fitted on all rows, so that weighting balances the covariates.
    """
    rows = _trials(interventions, outcomes, scores, kind=kind, known_at=known_at)
    if rows["is_treated"].sum() < MINIMUM_TREATED:
        raise UserError(
            "{treated} agents who began {kind} have an earlier risk in runs/backtest/ and {months} "
            "months of follow-up; {minimum} are needed. Or run a pilot: attrition pilot design "
            "{kind}",
            treated=int(rows["is_treated"].sum()),
            kind=kind,
            months=MONTHS,
            minimum=MINIMUM_TREATED,
        )
    return compare_groups(rows, kind=kind, months=MONTHS)


def compare_groups(rows: pd.DataFrame, *, kind: str, months: int) -> ObservationalComparison:
    """Return the estimated effect on the treated, adjusted for the covariates of the rows.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id``, ``month``, ``is_treated`` (bool), ``resigned`` (0 or 1) and covariates, see
        `attrition.pilot.adjusted.covariates`.
    kind : str
        Id of the intervention.
    months : int
        Months of follow-up.
    """
    x, is_treated = _covariates(rows), rows["is_treated"].to_numpy(int)
    # Fitted on all rows: a model without an agent's own row leans to the other group, more so the less there is to fit.
    propensity = ridge_probabilities(x, is_treated, x)
    in_overlap = within_overlap(propensity, rows["is_treated"].to_numpy())
    trimmed = int((~in_overlap).sum())
    rows, propensity = rows[in_overlap].reset_index(drop=True), propensity[in_overlap]
    weight = _odds_weights(propensity, rows["is_treated"].to_numpy())
    table = balance(rows, weight)
    grade = GRADE if table["after"].abs().max() <= MAXIMUM_DIFFERENCE else NOT_COMPARABLE
    estimate = _estimate(rows, weight, kind=kind, trimmed=trimmed, table=table, grade=grade)
    return replace(estimate, months=months)


def _trials(
    interventions: pd.DataFrame, outcomes: pd.DataFrame, scores: pd.DataFrame, *, kind: str, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Return the agent-months of one trial per month: agents at risk at its end who had not received it recently.

    Column ``is_treated`` marks those for whom the intervention began in the month. ``risk`` and ``log_odds`` are those
    of a month earlier. Agents who received it in the 11 months before are left out.
    """
    risks = scores[(scores["horizon_months"] == MONTHS) & scores["risk"].notna()]
    risks = risks.assign(as_of=month_end(risks["as_of"], plus=1))[["agent_id", "as_of", "risk"]]
    at_risk = outcomes.merge(risks, on=["agent_id", "as_of"], validate="one_to_one")
    at_risk = at_risk[is_mature(at_risk, month_end(at_risk["as_of"], plus=MONTHS), known_at)].reset_index(drop=True)
    is_known = (interventions["kind"] == kind) & (interventions["known_on"] <= known_at)
    received = without_declined(interventions[is_known])
    started = received[(received["arm"] != "control").fillna(True)].assign(month=month_end(received["start_date"]))
    pairs = at_risk[["agent_id", "as_of"]].merge(started[["agent_id", "month"]], on="agent_id")
    months_since = (
        pairs["as_of"].dt.year * 12 + pairs["as_of"].dt.month - pairs["month"].dt.year * 12 - pairs["month"].dt.month
    )
    began_now, began_before = (
        pd.MultiIndex.from_frame(pairs.loc[selected, ["agent_id", "as_of"]])
        for selected in (months_since == 0, (months_since > 0) & (months_since < RECENT_MONTHS))
    )
    keys = pd.MultiIndex.from_frame(at_risk[["agent_id", "as_of"]])
    log_odds = np.log(at_risk["risk"] / (1.0 - at_risk["risk"]))
    at_risk = at_risk.assign(is_treated=keys.isin(began_now), log_odds=log_odds)
    return _with_outcomes(at_risk[~keys.isin(began_before)].reset_index(drop=True), known_at)


def _with_outcomes(at_risk: pd.DataFrame, known_at: pd.Timestamp) -> pd.DataFrame:
    """Return the trials with the follow-up of their agents, without months in which nobody was treated.

    Agents who had left already, as became known later, are left out.
    """
    parts = []
    for as_of, month in at_risk.groupby("as_of", sort=True):
        outcomes = follow_up(month.reset_index(drop=True), MONTHS, known_at=known_at)
        parts.append(month.merge(outcomes, on="agent_id", validate="one_to_one").assign(month=f"{as_of:%Y-%m}"))
    rows = pd.concat(parts, ignore_index=True) if parts else at_risk.assign(resigned=0.0, month="")
    treated_months = rows.loc[rows["is_treated"], "month"]
    return rows[rows["month"].isin(treated_months)].reset_index(drop=True)


def _covariates(rows: pd.DataFrame) -> np.ndarray:
    """Return the matrix of covariates with indicators of the months but the first."""
    return np.column_stack([covariates(rows), pd.get_dummies(rows["month"], drop_first=True, dtype=float).to_numpy()])


def _risk_without(rows: pd.DataFrame) -> np.ndarray:
    """Return each row's predicted risk without the intervention, by models of the untreated, cross-fitted by agent."""
    x, y, is_treated = _covariates(rows), rows["resigned"].to_numpy(int), rows["is_treated"].to_numpy(bool)
    risk = np.empty(len(rows))
    for other_folds, test in GroupKFold(FOLDS).split(x, groups=rows["agent_id"].to_numpy()):
        train = other_folds[~is_treated[other_folds]]
        risk[test] = ridge_probabilities(x[train], y[train], x[test])
    return risk


def _odds_weights(propensity: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Return weights: 1 for the treated; the odds of treatment for controls, scaled to sum to the number of treated."""
    odds = np.where(is_treated, 1.0, propensity / (1.0 - propensity))
    scale = is_treated.sum() / odds[~is_treated].sum()
    return np.where(is_treated, 1.0, odds * scale)


def _estimate(
    rows: pd.DataFrame, weight: np.ndarray, *, kind: str, trimmed: int, table: pd.DataFrame, grade: str
) -> ObservationalComparison:
    """Return the average effect on the treated by doubly robust estimation, with errors clustered by agent."""
    y, is_treated = rows["resigned"].to_numpy(float), rows["is_treated"].to_numpy(bool)
    risk_without = _risk_without(rows)
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
    """Return the hazard ratio of two risks (treated, control), with an interval by the delta method on the log scale.

    All NaN where a risk is 0 or 1.
    """
    treated, control = risks
    if not (0.0 < treated < 1.0 and 0.0 < control < 1.0):
        return Difference(np.nan, np.nan, np.nan)
    hazards = -np.log1p(-np.array([treated, control]))
    slopes = 1.0 / ((1.0 - np.array([treated, control])) * hazards)
    influence = slopes[0] * influences[0] - slopes[1] * influences[1]
    log_ratio = _interval(float(np.log(hazards[0] / hazards[1])), influence, agents)
    return Difference(*(float(np.exp(part)) for part in (log_ratio.value, log_ratio.low, log_ratio.high)))


def _interval(value: float, influence: np.ndarray, agents: pd.Series) -> Difference:
    """Return the value with its 95 % interval, from the influence of each row summed by agent."""
    error = np.sqrt((pd.Series(influence).groupby(agents.to_numpy()).sum() ** 2).sum())
    half_width = float(ndtri(0.5 + CONFIDENCE / 2.0) * error)
    return Difference(value, value - half_width, value + half_width)
