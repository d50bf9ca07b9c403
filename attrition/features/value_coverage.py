"""How many agent-months will have a feature: those whose agent is found in the tables that the feature is made from.

No feature is built for it: an agent-month has a table if the agent has a row of it in the twelve months before its end
or, for tables that say what is in force, any row before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from attrition.data import engine
from attrition.data.consistency.activity import ACTIVITY_TABLES
from attrition.data.consistency.facts import Facts
from attrition.data.tables import TABLES
from attrition.features.declare import PEER_SUFFIX
from attrition.features.needs import NEEDS

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np
    import pandas as pd

_NO_SITE = ""
IN_FORCE = ("agents", "assignments", "pay")
"""Tables whose rows hold until a later one."""
WINDOW_MONTHS = 12
"""Rows of other tables count for so many months."""


def needed(feature: str, snapshot_features: Collection[str] = ()) -> tuple[str, ...]:
    """Return what a feature is made from, as ``table`` or ``table.column``; nothing for one of the calendar."""
    name = feature.removesuffix(PEER_SUFFIX)
    return ("snapshots",) if name in snapshot_features else NEEDS.get(name, ())


def table_coverage(facts: Facts, tables: Sequence[str]) -> pd.DataFrame:
    """Return in how many agent-months each table has rows, by site and year.

    Returns
    -------
    DataFrame
        ``table``, ``site`` (null where unknown), ``year``, ``agent_months``; ``covered``, those of them whose agent is
        found in the table; and ``supplied``, how many months of people the table itself has, whoever they are, in that
        year at all sites.
    """
    import pandas as pd

    months = agent_months(facts)
    own = [name for name in tables if facts.has(name, "agent_id") and TABLES[name].happened]
    if not own or not len(months):
        return pd.DataFrame(columns=["table", "site", "year", "agent_months", "covered", "supplied"])
    seen = engine.run_in_parallel(facts.spells.get_backend(), [partial(_seen, facts, name) for name in own])
    codes, agents = pd.factorize(months["agent_id"])
    grid = _Grid(codes, pd.Index(agents), months["month"].to_numpy())
    covered = {name: grid.is_covered(rows, _window(name)) for name, rows in zip(own, seen, strict=True)}
    groups = months.assign(**covered, year=months["month"] // 12).groupby(["site", "year"], dropna=False)
    counts = groups[own].sum().assign(agent_months=groups.size()).reset_index()
    counts = counts.melt(["site", "year", "agent_months"], own, var_name="table", value_name="covered")
    supplied = [grid.supplied(rows, _window(name)).assign(table=name) for name, rows in zip(own, seen, strict=True)]
    return counts.merge(pd.concat(supplied), on=["table", "year"])


def _window(table: str) -> int | None:
    """Return how many months before its own a row of a table may lie; None for any."""
    return None if table in IN_FORCE else WINDOW_MONTHS - 1


def agent_months(facts: Facts) -> pd.DataFrame:
    """Return the months at whose end agents were employed: ``agent_id``, ``site``, ``month`` (a number)."""
    import numpy as np
    import pandas as pd

    spells = facts.spells.select("agent_id", "site", "hired", "exit_date").to_pandas()
    first, last = (day.year * 12 + day.month - 1 for day in (facts.extent.begins, facts.extent.ends))
    days = {name: pd.to_datetime(spells[name]) for name in ("hired", "exit_date")}
    begins = (days["hired"].dt.year * 12 + days["hired"].dt.month - 1).clip(lower=first)
    ends = (days["exit_date"].dt.year * 12 + days["exit_date"].dt.month - 2).fillna(last).clip(upper=last)
    lengths = (ends - begins + 1).clip(lower=0).fillna(0).astype(int)
    rows = spells.loc[spells.index.repeat(lengths), ["agent_id", "site"]]
    offsets = np.concatenate([np.arange(length) for length in lengths]) if len(lengths) else np.array([], dtype=int)
    months = begins.repeat(lengths).to_numpy().astype(int) + offsets
    return rows.assign(month=months).drop_duplicates(["agent_id", "month"]).reset_index(drop=True)


def _seen(facts: Facts, name: str) -> pd.DataFrame:
    """Return the months in which a table has rows of each person, whoever they are."""
    is_counted = name in ACTIVITY_TABLES  # such tables were read for signs of activity already
    rows: ir.Table = facts.activity.filter(facts.activity.table == name) if is_counted else facts.newest(name)
    day = rows.month_start if is_counted else rows[TABLES[name].happened or ""]
    rows = rows.select("agent_id", month=day.year() * 12 + day.month() - 1)
    return rows.filter(rows.agent_id.notnull() & rows.month.notnull()).distinct().to_pyarrow().to_pandas()


class _Grid(NamedTuple):
    """Agent-months: the position of each one's agent among `agents`, and its month."""

    codes: np.ndarray
    agents: pd.Index
    months: np.ndarray

    def is_covered(self, seen: pd.DataFrame, window: int | None) -> np.ndarray:
        """Return whether each agent-month has a row within the window, or any row before where there is no window."""
        import numpy as np
        import pandas as pd

        first = int(self.months.min()) - WINDOW_MONTHS
        width = int(self.months.max()) - first + 1
        month = seen["month"].to_numpy().astype(int)
        month = np.maximum(month, first) if window is None else month
        agent = self.agents.get_indexer(pd.Index(seen["agent_id"]))
        is_used = (agent >= 0) & (month >= first) & (month < first + width)
        last_seen = np.full((len(self.agents), width), -1)
        last_seen[agent[is_used], month[is_used] - first] = month[is_used]
        at = np.maximum.accumulate(last_seen, axis=1)[self.codes, self.months - first]
        return at >= (0 if window is None else self.months - window)

    def supplied(self, seen: pd.DataFrame, window: int | None) -> pd.DataFrame:
        """Return by year the months in which the people of a table have rows in the window before, whoever they are."""
        import numpy as np
        import pandas as pd

        grid = np.arange(self.months.min(), self.months.max() + 1)
        people = seen.groupby("agent_id", sort=False)["month"]
        begun = np.searchsorted(np.sort(people.min().to_numpy()), grid, side="right")
        ended = 0 if window is None else np.searchsorted(np.sort(people.max().to_numpy() + window), grid, side="left")
        return pd.DataFrame({"year": grid // 12, "supplied": begun - ended}).groupby("year", as_index=False).sum()


def family_shares(
    needs: Mapping[str, Mapping[str, Sequence[str]]], shares: pd.DataFrame, empty: Collection[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the share of agent-months that have the features of each family, and that of each feature.

    Parameters
    ----------
    needs : mapping of str to mapping of str to sequence of str
        By family, the features that the columns of the site's tables allow, each with what `needed` says of it.
    shares : DataFrame
        From `table_coverage`.
    empty : collection of str
        Columns without any value, as ``table.column``.

    Returns
    -------
    tuple of DataFrame and Series
        ``family``, ``site``, ``year``, ``agent_months``, ``supplied_share`` (before agents are looked up in the roster;
        of the year at all sites) and ``covered_share`` (after), each the mean of the family's features; and the share
        found by feature.
    """
    import pandas as pd

    shares = shares.assign(site=shares["site"].fillna(_NO_SITE))  # tables are aligned by site, which no null is
    groups = shares.groupby(["site", "year"])["agent_months"].first()
    covered = shares.assign(share=shares["covered"] / shares["agent_months"])
    covered = covered.pivot_table(index=["site", "year"], columns="table", values="share")
    covered = covered.reindex(groups.index)
    supplied = _supplied_shares(shares)
    every = {name: need for members in needs.values() for name, need in members.items()}
    by_feature, before = _lowest_by_feature(every, covered, empty), _lowest_by_feature(every, supplied, empty)
    years = groups.index.get_level_values("year")
    parts = [
        groups.reset_index().assign(
            family=family,
            supplied_share=before[list(members)].mean(axis=1).reindex(years).to_numpy(),
            covered_share=by_feature[list(members)].mean(axis=1).to_numpy(),
        )
        for family, members in needs.items()
        if members
    ]
    total = by_feature.mul(groups, axis=0).sum() / max(1, groups.sum())
    columns = ["family", "site", "year", "agent_months", "supplied_share", "covered_share"]
    found = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    return found.assign(site=found["site"].where(found["site"] != _NO_SITE, None)), total


def _supplied_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Return by year and table the months of people that it has, as a share of the agent-months, at most 1."""
    years = shares.groupby(["year", "table"]).agg(agent_months=("agent_months", "sum"), supplied=("supplied", "first"))
    return (years["supplied"] / years["agent_months"]).clip(upper=1).unstack("table")


def _lowest_by_feature(
    needs: Mapping[str, Sequence[str]], by_table: pd.DataFrame, empty: Collection[str]
) -> pd.DataFrame:
    """Return `_lowest` of each feature as a column; many features are made from the same tables."""
    import pandas as pd

    distinct = {need: _lowest(need, by_table, empty) for need in set(map(tuple, needs.values()))}
    return pd.DataFrame({name: distinct[tuple(need)] for name, need in needs.items()}, index=by_table.index)


def _lowest(needs: Sequence[str], by_table: pd.DataFrame, empty: Collection[str]) -> pd.Series:
    """Return the lowest share among the tables that a feature is made from; 0 where a column of it is empty."""
    import pandas as pd

    if set(needs) & set(empty):
        return pd.Series(0.0, index=by_table.index)
    tables = [name for name in dict.fromkeys(need.split(".")[0] for need in needs) if name in by_table]
    return by_table[tables].min(axis=1).fillna(0.0) if tables else pd.Series(1.0, index=by_table.index)
