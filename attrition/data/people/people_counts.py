"""Judge a table by how many of its people are known: a few strangers are normal, hardly anybody known is a fault."""

from __future__ import annotations

from dataclasses import dataclass

from attrition.errors import Severity

FEWEST_KNOWN = 0.2
"""A table is refused of which less than this share of the people is known."""
MANY_UNKNOWN = 0.05
"""From this share on, unknown people are named as a fault; exits of unknown people are refused."""
LABEL_TABLES = ("agents", "assignments", "exits", "snapshots")
"""Tables from which headcount and labels are made; the others bring features."""


@dataclass(frozen=True, kw_only=True)
class PeopleCounts:
    """Numbers of rows and of people of one column of a table, and of those who are unknown."""

    table: str
    column: str
    rows: int
    unknown_rows: int
    people: int
    unknown_people: int

    @property
    def known_share(self) -> float:
        """The share of people who are known."""
        return 1 - self.unknown_people / self.people if self.people else 1.0

    @property
    def severity(self) -> Severity | None:
        """How bad it is that people are unknown; None where there are few or none.

        Examples
        --------
        >>> def severity(table, unknown):
        ...     counts = {"rows": 100, "unknown_rows": unknown, "people": 100, "unknown_people": unknown}
        ...     return PeopleCounts(table=table, column="agent_id", **counts).severity
        >>> severity("pay", 4), severity("pay", 5), severity("agents", 5), severity("exits", 5), severity("pay", 85)
        (None, 'features', 'labels', 'stops', 'stops')
        """
        if not self.unknown_rows:
            return None
        if self.known_share < FEWEST_KNOWN:
            return "stops"
        unknown_share = self.unknown_rows / self.rows
        if self.table == "exits":
            return "stops" if unknown_share >= MANY_UNKNOWN else None
        if max(unknown_share, 1 - self.known_share) < MANY_UNKNOWN:
            return None
        return "labels" if self.table in LABEL_TABLES else "features"
