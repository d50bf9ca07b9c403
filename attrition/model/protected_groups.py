"""Protected groups of agent-months, to audit with: age bands, attributes, and their crossings; no model sees them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS

AGE_BANDS = {"under 25": 25, "25-34": 35, "35-44": 45, "45 and over": 200}
"""Age bands, each with the age in years before which it ends."""
BIRTH, AGE = "birth_date", "age_band"
NOT_STATED = "not stated"
CROSSED = " x "
"""Stands between the names of two attributes, and between their groups, in a crossing."""
MAX_GROUPS = 20
"""An attribute with more values than this is no grouping, such as a free text; it is left out and named."""
DAYS_OF_YEAR = 365.25


def with_age_bands(attributes: pd.DataFrame, as_of: pd.Series | pd.Timestamp) -> pd.DataFrame:
    """Return attributes with an age band in place of the date of birth; an age band that the site supplies is kept.

    Parameters
    ----------
    attributes : DataFrame
        ``birth_date`` where it is supplied, and other columns.
    as_of : Series or Timestamp
        The day on which the age counts, of each row or of all.

    Examples
    --------
    >>> people = pd.DataFrame({"agent_id": ["a", "b"], "birth_date": ["2001-11-01", "2001-10-30"]})
    >>> with_age_bands(people, pd.Timestamp("2026-10-31"))["age_band"].tolist()
    ['under 25', '25-34']
    """
    if BIRTH not in attributes:
        return attributes
    years = (as_of - pd.to_datetime(attributes[BIRTH])).dt.days / DAYS_OF_YEAR
    bands = pd.cut(years, [-np.inf, *AGE_BANDS.values()], right=False, labels=list(AGE_BANDS)).astype(object)
    return attributes.drop(columns=BIRTH).assign(**({} if AGE in attributes else {AGE: bands}))


def protected_groups(rows: pd.DataFrame, attributes: pd.DataFrame) -> pd.DataFrame:
    """Return which protected group each agent-month is of, by attribute and by crossing of two attributes.

    Parameters
    ----------
    rows : DataFrame
        agent_id, as_of.
    attributes : DataFrame
        From `attrition.data.people.protected.protected_attributes`.

    Returns
    -------
    DataFrame
        agent_id, as_of in the order of `rows`, and one column of group names for each attribute that anybody has, then
        for each two of them (``gender x age_band``). A missing value is the group "not stated", in crossings as well.

    Examples
    --------
    >>> rows = pd.DataFrame({"agent_id": ["a", "b"], "as_of": pd.Timestamp("2026-10-31")})
    >>> people = pd.DataFrame({"agent_id": ["a", "b"], "gender": ["f", None], "birth_date": ["1990-01-01"] * 2})
    >>> protected_groups(rows, people)["gender x age_band"].tolist()
    ['f x 35-44', 'not stated x 35-44']
    """
    joined = rows[KEYS].merge(attributes, on="agent_id", how="left", validate="many_to_one")
    joined = with_age_bands(joined, joined["as_of"])
    names = [str(name) for name in joined if name not in KEYS and _is_grouping(joined[name])]
    groups = joined[KEYS].assign(**{name: joined[name].astype(object).fillna(NOT_STATED).astype(str) for name in names})
    crossings = {
        f"{one}{CROSSED}{other}": groups[one] + CROSSED + groups[other] for one, other in combinations(names, 2)
    }
    return groups.assign(**crossings)


def left_out(attributes: pd.DataFrame) -> list[str]:
    """Return the attributes with too many values to be a grouping, such as a free text."""
    names = (str(name) for name in attributes if name not in ("agent_id", BIRTH))
    return [name for name in names if attributes[name].nunique() > MAX_GROUPS]


def _is_grouping(values: pd.Series) -> bool:
    return 1 <= values.nunique() <= MAX_GROUPS
