"""How well each feature alone tells who leaves: at every horizon, in three views, and this month against later ones.

Every view catches what the others dilute. A column that was filled in after the fact shows in the newest months, one
that comes from today's table shows in the first month of who joined, and one that sees the leaving month separates
those who leave at once far better than those who leave a little later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.message import Message

if TYPE_CHECKING:
    from attrition.model.encode import Encoding

ALL_MONTHS = Message("all months")
NEWEST_MONTHS = Message("the newest twelve months")
FIRST_MONTHS = Message("the first month of each agent")
"""The views. Agents who were there when the data began have no first month."""
NEWEST = 12
MIN_LEAVERS = 20
"""With fewer people who resign, the AUC of a view says too little."""


@dataclass(frozen=True)
class LabelledRows:
    """Agent-months with the label of every horizon.

    Attributes
    ----------
    labels : DataFrame
        One column per horizon, the shortest first: 1, 0, or null where the label is not mature.
    agent, as_of : ndarray of shape (n,)
        Whose row it is, and its month-end.
    """

    labels: pd.DataFrame
    agent: np.ndarray
    as_of: np.ndarray

    @property
    def horizons(self) -> list[int]:
        """Return the horizons, the shortest first."""
        return [int(str(horizon)) for horizon in self.labels]

    def select(self, is_selected: np.ndarray) -> LabelledRows:
        """Return the rows of a boolean mask."""
        return LabelledRows(self.labels[is_selected], self.agent[is_selected], self.as_of[is_selected])


@dataclass(frozen=True)
class SingleFeatures:
    """What each feature alone tells, as the leakage checks use it.

    Attributes
    ----------
    aucs : DataFrame
        From `single_feature_aucs`; of the time since hire only whether it is missing.
    tenure : DataFrame
        The same of the time since hire itself. It is counted from hire dates that were on record, so it cannot see the
        leaving, however well it tells who leaves.
    falls : DataFrame
        From `leaving_month_falls`.
    """

    aucs: pd.DataFrame
    tenure: pd.DataFrame
    falls: pd.DataFrame

    @property
    def largest(self) -> pd.Series:
        """Return the largest AUC of each feature by feature, largest first."""
        aucs = pd.concat([self.aucs, self.tenure], ignore_index=True)
        return aucs.groupby("feature")["auc"].max().sort_values(ascending=False, kind="stable")


def examine_single_features(encoded: np.ndarray, encoding: Encoding, rows: LabelledRows) -> SingleFeatures:
    """Return how well each feature alone tells who leaves, with the time since hire apart."""
    names, tenure = encoding.names, next(iter(encoding.baseline), None)
    falls = leaving_month_falls(encoded, names, rows, tenure=tenure)
    if tenure is None:
        return SingleFeatures(
            single_feature_aucs(encoded, names, rows), single_feature_aucs(encoded[:, :0], [], rows), falls
        )
    is_missing = np.isnan(encoded[:, tenure])
    of_tenure = single_feature_aucs(encoded[~is_missing, tenure][:, None], [names[tenure]], rows.select(~is_missing))
    columns = [is_missing.astype(float) if column == tenure else values for column, values in enumerate(encoded.T)]
    return SingleFeatures(_aucs_of_columns(columns, names, rows), of_tenure, falls)


def single_feature_aucs(encoded: np.ndarray, names: Sequence[str], rows: LabelledRows) -> pd.DataFrame:
    """Return the AUC that each feature reaches alone, in every view and at every horizon with enough leavers.

    Parameters
    ----------
    encoded : ndarray of shape (n, features)
        Missing values rank lowest or highest, whichever gives the larger AUC.
    names : sequence of str
        Names of the columns.
    rows : LabelledRows
        Labels and keys of the rows.

    Returns
    -------
    DataFrame
        feature, view, horizon_months, auc (in the better direction, at least .5), people (who leave).
    """
    return _aucs_of_columns(encoded.T, names, rows)


def _aucs_of_columns(columns: Iterable[np.ndarray], names: Sequence[str], rows: LabelledRows) -> pd.DataFrame:
    """Return `single_feature_aucs` of columns that need not lie in one matrix."""
    samples = list(_samples(rows))
    records = []
    for name, values in zip(names, columns, strict=True):
        codes = _value_codes(values)
        records += [
            (
                name,
                sample.view,
                sample.horizon,
                max(map(_in_better_direction, _aucs(codes, sample.leavers, sample.stayers))),
                sample.people,
            )
            for sample in samples
        ]
    return pd.DataFrame(records, columns=["feature", "view", "horizon_months", "auc", "people"])


@dataclass(frozen=True)
class _Sample:
    """Positions of the rows of a view whose agent leaves within a horizon, how many people that is, and who stays."""

    view: str
    horizon: int
    people: int
    leavers: np.ndarray
    stayers: np.ndarray


def _samples(rows: LabelledRows) -> Iterator[_Sample]:
    """Yield the sample of each view and horizon with enough people who leave."""
    first_month = pd.Series(rows.as_of).groupby(rows.agent).transform("min").to_numpy()
    is_first = (rows.as_of == first_month) & (first_month > rows.as_of.min())
    for horizon in rows.horizons:
        label = rows.labels[horizon].to_numpy(dtype=float)
        months = np.unique(rows.as_of[~np.isnan(label)])
        is_newest = np.isin(rows.as_of, months[-NEWEST:])
        views = {ALL_MONTHS: np.ones(len(label), dtype=bool), NEWEST_MONTHS: is_newest, FIRST_MONTHS: is_first}
        for view, is_in_view in views.items():
            leavers, stayers = (np.flatnonzero(is_in_view & (label == outcome)) for outcome in (1, 0))
            people = len(np.unique(rows.agent[leavers]))
            if people >= MIN_LEAVERS and len(stayers):
                yield _Sample(view, horizon, people, leavers, stayers)


def _value_codes(values: np.ndarray) -> np.ndarray:
    """Return the rank of each row's value among the different values, from 1 up; 0 where it is missing."""
    is_known = ~np.isnan(values)
    codes = np.zeros(len(values), dtype=np.intp)
    codes[is_known] = np.unique(values[is_known], return_inverse=True)[1] + 1
    return codes


def _aucs(codes: np.ndarray, leavers: np.ndarray, stayers: np.ndarray) -> tuple[float, float]:
    """Return the AUC of the values with missing ones lowest, and with missing ones highest; ties count half."""
    size = codes.max() + 1
    counts = [np.bincount(codes[positions], minlength=size) for positions in (leavers, stayers)]
    pairs = len(leavers) * len(stayers)
    lowest, highest = (
        float((leaving * (np.cumsum(staying) - 0.5 * staying)).sum() / pairs)
        for leaving, staying in (counts, [np.roll(count, -1) for count in counts])
    )
    return lowest, highest


def _in_better_direction(auc: float) -> float:
    return max(auc, 1 - auc)


@dataclass(frozen=True)
class _Groups:
    """Positions of the rows of who leaves at once, leaves a little later, and stays; each row's agent as a number."""

    near: np.ndarray
    later: np.ndarray
    stayers: np.ndarray
    agent: np.ndarray


@dataclass(frozen=True)
class _Fall:
    """The AUCs of one feature for both groups of leavers, and what each agent adds to their difference."""

    near: float
    later: float
    influence: np.ndarray

    @property
    def size(self) -> float:
        return self.near - self.later


def leaving_month_falls(
    encoded: np.ndarray, names: Sequence[str], rows: LabelledRows, *, tenure: int | None = None
) -> pd.DataFrame:
    """Return by how much the AUC of each feature falls from those who leave at once to those who leave a little later.

    Both are held against the same stayers: of three months, say, those who leave in the first, those who leave in the
    second or third, and those who stay for all three. A honest feature changes slowly, and tells both about equally
    well; one that sees the leaving month tells the first only.

    Parameters
    ----------
    encoded, names, rows
        As for `single_feature_aucs`; the two shortest horizons are used.
    tenure : int, optional
        Column of the time since hire. Where its own AUC falls, only what exceeds its fall counts.

    Returns
    -------
    DataFrame
        feature, near, later, fall (beyond that of tenure), error (standard error of that fall); empty where there is
        one horizon, or too few people leave in either group.

    Notes
    -----
    The standard error is that of the difference of two AUCs of clustered data (Obuchowski 1997, Biometrics 53): the
    contributions of an agent's months are added up before they are squared, which agrees with a bootstrap of whole
    agents and takes no draws. The direction of a feature, and the side of its missing values, are those in which the
    AUC of who leaves at once is largest.
    """
    columns = ["feature", "near", "later", "fall", "error"]
    groups = _groups(rows)
    if min(len(np.unique(groups.agent[positions])) for positions in (groups.near, groups.later)) < MIN_LEAVERS:
        return pd.DataFrame(columns=columns)
    reference = None if tenure is None else _fall(encoded[:, tenure], groups)
    counts = reference if reference is not None and reference.size > 0 else None
    records = []
    for name, values in zip(names, encoded.T, strict=True):
        fall = _fall(values, groups)
        influence = fall.influence - (0.0 if counts is None else counts.influence)
        size = fall.size - (0.0 if counts is None else counts.size)
        records.append((name, fall.near, fall.later, size, float(np.sqrt((influence**2).sum()))))
    return pd.DataFrame(records, columns=columns)


def _groups(rows: LabelledRows) -> _Groups:
    """Return the groups of the two shortest horizons; all empty with a single horizon."""
    agent = np.unique(rows.agent.astype(str), return_inverse=True)[1]
    if len(rows.horizons) < 2:
        nobody = np.zeros(0, dtype=np.intp)
        return _Groups(nobody, nobody, nobody, agent)
    near, wide = (rows.labels[horizon].to_numpy(dtype=float) for horizon in rows.horizons[:2])
    return _Groups(
        np.flatnonzero((near == 1) & (wide == 1)),
        np.flatnonzero((near == 0) & (wide == 1)),
        np.flatnonzero(wide == 0),
        agent,
    )


def _fall(values: np.ndarray, groups: _Groups) -> _Fall:
    """Return the fall of a feature, in the direction in which the AUC of those who leave at once is largest."""
    codes = _value_codes(values)
    lowest, highest = _aucs(codes, groups.near, groups.stayers)
    auc = lowest
    if _in_better_direction(highest) > _in_better_direction(lowest):
        codes, auc = np.where(codes == 0, codes.max() + 1, codes), highest
    codes = codes if auc >= 0.5 else codes.max() - codes
    near, near_parts = _auc_and_influence(codes, groups.near, groups)
    later, later_parts = _auc_and_influence(codes, groups.later, groups)
    return _Fall(near, later, near_parts - later_parts)


def _auc_and_influence(codes: np.ndarray, leavers: np.ndarray, groups: _Groups) -> tuple[float, np.ndarray]:
    """Return the AUC of some leavers against the stayers, and what each agent adds to it (this sums to zero)."""
    size = codes.max() + 1
    leaving, staying = (np.bincount(codes[positions], minlength=size) for positions in (leavers, groups.stayers))
    stayers_below = (np.cumsum(staying) - 0.5 * staying) / len(groups.stayers)
    leavers_above = 1 - (np.cumsum(leaving) - 0.5 * leaving) / len(leavers)
    auc = float((leaving * stayers_below).sum() / len(leavers))
    parts = np.zeros(len(codes))
    parts[leavers] = (stayers_below[codes[leavers]] - auc) / len(leavers)
    parts[groups.stayers] = (leavers_above[codes[groups.stayers]] - auc) / len(groups.stayers)
    return auc, np.bincount(groups.agent, weights=parts)
