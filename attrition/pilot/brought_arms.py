"""The arms of a trial that was not designed here: words for them, who is in both, and their baseline as numbers."""

from __future__ import annotations

import pandas as pd

from attrition.errors import UserError
from attrition.message import joined
from attrition.pilot.adjusted import BASELINE
from attrition.pilot.randomisation import CONTROL, TREATED

ARM_WORDS = {
    TREATED: TREATED,
    "treatment": TREATED,
    "intervention": TREATED,
    CONTROL: CONTROL,
    **dict.fromkeys(("试点", "试点组", "处理组", "实验组", "干预组"), TREATED),
    **dict.fromkeys(("对照", "对照组"), CONTROL),
}
"""Words for the arms; "1" and "0" are none, since files use them either way."""
MAX_CATEGORIES = 20
"""A text column with more values is a name or a number, and no baseline."""
FEWEST = 2
"""With fewer agents in an arm than this nothing is read."""


def checked_arms(rows: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return the arms of a trial, one row per agent, by id.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id`` and ``arm`` as text, and any further columns.
    source : str
        Where they come from, for errors.

    Raises
    ------
    UserError
        An agent or an arm is missing or not known, an agent is in both arms, or an arm has fewer than two agents.

    Examples
    --------
    >>> rows = pd.DataFrame({"agent_id": ["1", "2", "3", "4"], "arm": ["试点组", "Treated", "对照组", "control"]})
    >>> checked_arms(rows, source="arms.csv")["arm"].tolist()
    ['treated', 'treated', 'control', 'control']
    """
    arm = rows["arm"].astype("string").str.strip().str.lower().map(ARM_WORDS)
    unknown = int(arm.isna().sum() + (rows["agent_id"].isna() & arm.notna()).sum())
    if unknown:
        raise UserError(
            "{source}: {count} rows have no agent, or an arm that is not one of: {words}",
            source=source,
            count=unknown,
            words=joined(", ", ARM_WORDS),
        )
    table = rows.assign(arm=arm.astype(str), agent_id=rows["agent_id"].astype(str).str.strip()).drop_duplicates()
    twice = int(table["agent_id"].duplicated().sum())
    if twice:
        raise UserError(
            "{source}: {count} agents stand in several rows that differ; each has one arm and one baseline",
            source=source,
            count=twice,
        )
    sizes = table["arm"].value_counts().reindex([TREATED, CONTROL], fill_value=0)
    if sizes.min() < FEWEST:
        raise UserError(
            "{source}: {treated} treated and {control} controls; each arm needs at least {fewest}",
            source=source,
            treated=int(sizes[TREATED]),
            control=int(sizes[CONTROL]),
            fewest=FEWEST,
        )
    return table.sort_values("agent_id", ignore_index=True)


def with_baseline(arms: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the arms with baseline columns as numbers without gaps, whose names begin with `BASELINE`.

    A number that is missing becomes the mean, with an indicator beside it; of a text each value becomes an indicator,
    the first left out. Columns of one value, and texts of more than 20, are left out.

    Examples
    --------
    >>> arms = pd.DataFrame({"arm": ["treated", "control"], "team": ["A", "B"], "calls": ["3", None]})
    >>> with_baseline(arms, ["team", "calls"]).iloc[:, 3:].to_dict("list")
    {'baseline: team = B': [0.0, 1.0], 'baseline: calls unknown': [0.0, 1.0]}
    """
    added: dict[str, pd.Series] = {}
    for name in columns:
        texts = arms[name].astype("string").str.strip()
        words = texts.where(texts != "")
        numbers = pd.to_numeric(words, errors="coerce")
        if numbers.notna().sum() == words.notna().sum() > 0:
            added[name] = numbers.astype(float).fillna(float(numbers.mean()))
            added[f"{name} unknown"] = words.isna().astype(float)
        elif words.nunique() <= MAX_CATEGORIES:
            filled = words.fillna("unknown")
            added |= {f"{name} = {word}": (filled == word).astype(float) for word in sorted(filled.unique())[1:]}
    return arms.assign(**{BASELINE + name: values for name, values in added.items() if values.nunique() > 1})
