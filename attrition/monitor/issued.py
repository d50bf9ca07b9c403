"""Expected resignations as they were issued month by month, beside those that happened since, each counted once.

Months of one month ahead do not overlap, so a resignation counts in one of them only. Where no risk of one month is
issued, a month has its part of the shortest horizon. Only groups are needed, so it works where no score of a person is
kept. A month counts when its labels are mature. Where they are of fewer agents than were scored (some are gone without
an exit on file) or of more (some objected to being scored), what was expected is taken in proportion.
"""

from __future__ import annotations

import pandas as pd

from attrition.labels.outcomes import exit_within

LEAST_MATURE = 0.9
"""A month of a unit counts when the labels of at least this share of those who were scored are mature."""
CENTRE, SITE = "centre", "site"


def level_months(expected: pd.DataFrame, outcomes: pd.DataFrame, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Return expected and observed resignations in the month after each issued month-end, by centre and site.

    Parameters
    ----------
    expected : DataFrame
        The contract's ``expected_leavers`` of issued months.
    outcomes : DataFrame
        One row per agent-month with ``site``, and what `attrition.labels.outcomes.exit_within` needs.
    known_at : Timestamp
        Month-end; what was recorded later is not known.

    Returns
    -------
    DataFrame
        ``level``, ``unit``, ``as_of``, ``headcount`` (mature labels), ``expected``, ``observed``; months whose labels
        are not mature are left out.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> expected = pd.DataFrame({"as_of": day(["2026-01-31"]), "horizon_months": [1], "level": ["centre"],
    ...     "unit": ["centre"], "headcount": [2], "expected": [0.5]})
    >>> outcomes = pd.DataFrame({"agent_id": ["1", "2"], "as_of": day(["2026-01-31"] * 2), "site": ["Wuhan"] * 2,
    ...     "exit_kind": ["voluntary", None], "left_on": day(["2026-02-10", None]),
    ...     "known_on": day(["2026-02-10", None])})
    >>> level_months(expected, outcomes, known_at=pd.Timestamp("2026-02-28"))[["expected", "observed"]].values.tolist()
    [[0.5, 1.0]]
    >>> len(level_months(expected, outcomes, known_at=pd.Timestamp("2026-01-31")))
    0
    """
    shortest = int(expected["horizon_months"].min()) if len(expected) else 1
    units = expected[(expected["horizon_months"] == shortest) & expected["level"].isin([CENTRE, SITE])]
    happened = _resignations(outcomes[outcomes["as_of"].isin(units["as_of"])], known_at)
    months = units.merge(happened, on=["level", "unit", "as_of"], how="inner", validate="one_to_one")
    months = months[months["mature"] >= LEAST_MATURE * months["headcount"]]
    part = months["mature"] / months["headcount"] / shortest
    months = months.assign(expected=months["expected"] * part, headcount=months["mature"].astype(int))
    columns = ["level", "unit", "as_of", "headcount", "expected", "observed"]
    return months[columns].sort_values(["level", "unit", "as_of"], ignore_index=True)


def _resignations(outcomes: pd.DataFrame, known_at: pd.Timestamp) -> pd.DataFrame:
    """Return by centre and site how many labels of one month are mature, and how many of them are resignations."""
    labels = outcomes[["as_of"]].assign(label=exit_within(outcomes, 1, known_at=known_at))
    parts = [labels.assign(level=CENTRE, unit=CENTRE)]
    if "site" in outcomes:
        parts.append(labels.assign(level=SITE, unit=outcomes["site"].astype(object)).dropna(subset="unit"))
    grouped = pd.concat(parts, ignore_index=True).groupby(["level", "unit", "as_of"])["label"]
    return grouped.agg(mature="count", observed="sum").reset_index()
