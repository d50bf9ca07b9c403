"""Without a lot: those who were given an intervention, beside others who were alike before; weaker, and it says so."""

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
FEWEST_TREATED = 20
GRADE = "correlational"
NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True)
class ObservationalComparison:
    """What is seen of those who were given an intervention without a lot.

    Attributes
    ----------
    kind : str
        The intervention.
    treated, controls : int
        Agent-months compared: beginnings of the intervention, and others of the same months.
    trimmed : int
        Agent-months left out, since nobody of the other side was alike.
    resigned_treated : int
        Resignations among the treated within `months`.
    risk_treated, risk_control : float
        Share who resigned, and the share that would have, going by others who looked alike.
    difference : Difference
        Of the two, with a 95 % interval; agents are the units.
    ratio : Difference
        The hazard ratio with its interval; null where nobody resigned.
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
    given: pd.DataFrame, outcomes: pd.DataFrame, scores: pd.DataFrame, *, kind: str, known_at: pd.Timestamp
) -> ObservationalComparison:
    """Compare agents who began an intervention in a month with others of the month, adjusted for what was known before.

    Parameters
    ----------
    given : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    outcomes : DataFrame
        Every agent-month: ``agent_id``, ``as_of``, ``site``, ``tenure_band`` and what followed.
    scores : DataFrame
        Risks told by models that did not know what followed: ``agent_id``, ``as_of``, ``horizon_months``, ``risk``.
    kind : str
        The intervention.
    known_at : Timestamp
        Month-end from which the world is looked back upon.

    Raises
    ------
    UserError
        Fewer than 20 beginnings have a risk told before and three months passed since.

    Notes
    -----
    A trial a month (Hernán & Robins 2016): who was at risk at the end of the month of the beginning is followed from
    there, so that nobody had to stay in order to be given it; risks are those of a month earlier. The effect is on
    those who were given it, by doubly robust scores with odds weights, cross-fitted with whole agents apart.
    """
    rows = _trials(given, outcomes, scores, kind=kind, known_at=known_at)
    if rows["is_treated"].sum() < FEWEST_TREATED:
        raise UserError(
            f"{int(rows['is_treated'].sum())} beginnings of {kind} have a risk told before, in runs/backtest/, and "
            f"{MONTHS} months passed since; {FEWEST_TREATED} are needed. Draw a pilot: attrition pilot design {kind}"
        )
    chance = _fitted(rows, rows["is_treated"], np.ones(len(rows), bool))
    inside = within_overlap(chance, rows["is_treated"].to_numpy())
    kept, chance = rows[inside].reset_index(drop=True), chance[inside]
    weight = _odds(chance, kept["is_treated"].to_numpy())
    table = balance(kept, weight)
    grade = GRADE if table["after"].abs().max() <= BALANCED else NOT_COMPARABLE
    return _compared(kept, weight, kind=kind, trimmed=int((~inside).sum()), table=table, grade=grade)


def _trials(
    given: pd.DataFrame, outcomes: pd.DataFrame, scores: pd.DataFrame, *, kind: str, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Lay out one trial a month: agents at risk at its end who had not been given it in the months before."""
    told = scores[(scores["horizon_months"] == MONTHS) & scores["risk"].notna()]
    told = told.assign(as_of=month_end(told["as_of"], plus=1))[["agent_id", "as_of", "risk"]]
    there = outcomes.merge(told, on=["agent_id", "as_of"], validate="one_to_one")
    there = there[month_end(there["as_of"], plus=MONTHS) <= known_at].reset_index(drop=True)
    mine = without_declined(given[(given["kind"] == kind) & (given["known_on"] <= known_at)])
    begun = mine[(mine["arm"] != "control").fillna(True)].assign(month=month_end(mine["start_date"]))
    pairs = there[["agent_id", "as_of"]].merge(begun[["agent_id", "month"]], on="agent_id")
    age = pairs["as_of"].dt.year * 12 + pairs["as_of"].dt.month - pairs["month"].dt.year * 12 - pairs["month"].dt.month
    now, before = (
        pd.MultiIndex.from_frame(pairs.loc[when, ["agent_id", "as_of"]])
        for when in (age == 0, (age > 0) & (age < RECENT_MONTHS))
    )
    keys = pd.MultiIndex.from_frame(there[["agent_id", "as_of"]])
    there = there.assign(is_treated=keys.isin(now), log_odds=np.log(there["risk"] / (1.0 - there["risk"])))
    there = there[~keys.isin(before)].reset_index(drop=True)
    return _followed(there, known_at)


def _followed(there: pd.DataFrame, known_at: pd.Timestamp) -> pd.DataFrame:
    """Add what followed each trial's agents; those who in truth were gone already are left out."""
    parts = []
    for as_of, month in there.groupby("as_of", sort=True):
        found = follow_up(month.reset_index(drop=True), MONTHS, known_at=known_at)
        parts.append(month.merge(found, on="agent_id", validate="one_to_one").assign(month=f"{as_of:%Y-%m}"))
    rows = pd.concat(parts, ignore_index=True) if parts else there.assign(resigned=0.0, month="")
    months = rows.loc[rows["is_treated"], "month"]
    return rows[rows["month"].isin(months)].reset_index(drop=True)


def _fitted(rows: pd.DataFrame, label: pd.Series, learn: np.ndarray) -> np.ndarray:
    """Predict a label by ridge logistic models that saw other agents only, learnt on the rows of a mask."""
    months = pd.get_dummies(rows["month"], drop_first=True, dtype=float).to_numpy()
    x, y = np.column_stack([covariates(rows), months]), label.to_numpy(int)
    said = np.empty(len(rows))
    for others, mine in GroupKFold(FOLDS).split(x, groups=rows["agent_id"].to_numpy()):
        known = others[learn[others]]
        if y[known].min() == y[known].max():
            said[mine] = y[known].mean()
        else:
            said[mine] = LogisticRegression(max_iter=500).fit(x[known], y[known]).predict_proba(x[mine])[:, 1]
    return said


def _odds(chance: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Weigh controls by their odds of having been treated, all together as much as the treated."""
    odds = np.where(is_treated, 1.0, chance / (1.0 - chance))
    scale = is_treated.sum() / odds[~is_treated].sum()
    return np.where(is_treated, 1.0, odds * scale)


def _compared(
    rows: pd.DataFrame, weight: np.ndarray, *, kind: str, trimmed: int, table: pd.DataFrame, grade: str
) -> ObservationalComparison:
    """Estimate the effect on the treated with errors by agent."""
    y, is_treated = rows["resigned"].to_numpy(float), rows["is_treated"].to_numpy(bool)
    without = _fitted(rows, rows["resigned"], ~is_treated)
    count = is_treated.sum()
    sign = np.where(is_treated, weight, -weight)
    value = float((sign * (y - without)).sum() / count)
    risk = float(y[is_treated].mean())
    own = np.where(is_treated, y - risk, 0.0) / count
    gap = (sign * (y - without) - np.where(is_treated, value, 0.0)) / count
    return ObservationalComparison(
        kind=kind,
        months=MONTHS,
        treated=int(count),
        controls=int((~is_treated).sum()),
        trimmed=trimmed,
        resigned_treated=int(y[is_treated].sum()),
        risk_treated=risk,
        risk_control=risk - value,
        difference=_interval(value, gap, rows["agent_id"]),
        ratio=_ratio(risk, risk - value, own, own - gap, rows["agent_id"]),
        balance=table,
        grade=grade,
    )


def _ratio(treated: float, control: float, own: np.ndarray, other: np.ndarray, agents: pd.Series) -> Difference:
    """Turn two risks into a hazard ratio, by the delta method on the logarithm; null where a risk is 0 or 1."""
    if not (0.0 < treated < 1.0 and 0.0 < control < 1.0):
        return Difference(np.nan, np.nan, np.nan)
    hazards = -np.log1p(-np.array([treated, control]))
    slopes = 1.0 / ((1.0 - np.array([treated, control])) * hazards)
    found = _interval(float(np.log(hazards[0] / hazards[1])), slopes[0] * own - slopes[1] * other, agents)
    return Difference(*(float(np.exp(part)) for part in (found.value, found.low, found.high)))


def _interval(value: float, influence: np.ndarray, agents: pd.Series) -> Difference:
    """Give the 95 % interval from each row's influence, rows of one agent added up first."""
    error = np.sqrt((pd.Series(influence).groupby(agents.to_numpy()).sum() ** 2).sum())
    half = float(ndtri(0.5 + CONFIDENCE / 2.0) * error)
    return Difference(value, value - half, value + half)
