"""The panel: one row per agent and month-end, with features, what happened next, and what it was built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from attrition.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from attrition.features.declare import Feature


@dataclass(frozen=True, eq=False)
class Panel:
    """The agent-months of agents who could still resign, as saved under ``runs/``.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id``, ``as_of``, one column per feature, and the labels; one row per agent-month.
    outcomes : DataFrame
        The same agent-months in the same order: when and how each employment ended, and site, team, role and tenure
        band of that month. Where the rows are of some months only, the outcomes are of all.
    features : tuple of Feature
        The declarations of the features, as they were when the panel was built.
    provenance : mapping
        What the panel was built from: ``data_ends``, ``site``, ``assumptions``, ``manifest``, ``newest``,
        ``made_from``.
    """

    rows: pd.DataFrame
    outcomes: pd.DataFrame
    features: tuple[Feature, ...]
    provenance: Mapping[str, Any]

    @property
    def data_ends(self) -> date:
        """Return the last month-end of the data."""
        return date.fromisoformat(self.provenance["data_ends"])

    def month(self, as_of: date) -> Panel:
        """Return the agent-months of one month-end.

        Raises
        ------
        DataError
            The panel has no row on that day.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"agent_id": ["1", "1"], "as_of": pd.to_datetime(["2026-09-30", "2026-10-31"])})
        >>> len(Panel(rows, rows, (), {}).month(date(2026, 10, 31)).rows)
        1
        """
        self.agents(as_of)
        rows, outcomes = (table[_is_of_month(table, as_of)] for table in (self.rows, self.outcomes))
        return replace(self, rows=rows.reset_index(drop=True), outcomes=outcomes.reset_index(drop=True))

    def agents(self, as_of: date) -> int:
        """Return how many agents are at risk at a month-end.

        Raises
        ------
        DataError
            The panel has no row on that day.
        """
        agents = int(_is_of_month(self.rows, as_of).sum())
        if not agents:
            first, last = self.outcomes["as_of"].min(), self.outcomes["as_of"].max()
            raise DataError(
                "nobody is at risk on {as_of}; the data hold the months {first:%Y-%m} to {last:%Y-%m}",
                as_of=as_of,
                first=first,
                last=last,
            )
        return agents


def _is_of_month(table: pd.DataFrame, as_of: date) -> pd.Series:
    """Return whether each row of a table is of a month-end."""
    import pandas as pd

    return table["as_of"] == pd.Timestamp(as_of)
