"""A feature declares itself: what it says, whose lever it is, and which way risk goes; nothing else describes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis

    from attrition.exposure.past import Past

FAMILIES = ("pay", "career", "workload", "schedule", "quality", "team", "tenure", "context")
LEVERS = ("pay", "career_path", "workload", "schedule", "coaching", "team", "none")

Unit = Literal[
    "share", "ratio", "money", "minutes", "hours", "seconds", "days", "months", "count", "score", "index", "category"
]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature of the panel.

    Parameters
    ----------
    name : str
        ``<family>_<measure>_<window>``, with the unit in the measure (``_minutes``, ``_days``, ``_share``).
    family, lever : str
        One of `FAMILIES`, one of `LEVERS`.
    en, zh : str
        A noun phrase that reads well before "is 4.1 %": "base pay against the local market median".
    unit : str
        How the value is written for people; "category" means a string.
    direction : {-1, 0, 1}
        Sign of the effect of a higher value on risk, where theory gives one; becomes a monotone constraint.
    is_symptom : bool
        It warns, and nobody is kept by forbidding it; never gets an intervention.
    absence : {"zero", "unknown"}
        What it means that the agent has no rows.
    peers : bool
        Also compare with peers (same role, site and tenure band, leaving the agent out):
        adds ``<name>_vs_peers``.
    history_months : int
        Months of history before it teaches anything: a season seen once is that year's, not the season's.
    """

    name: str
    family: str
    lever: str
    en: str
    zh: str
    unit: Unit
    direction: int = 0
    is_symptom: bool = False
    absence: Literal["zero", "unknown"] = "unknown"
    peers: bool = False
    history_months: int = 0

    @property
    def is_category(self) -> bool:
        """Whether values are strings."""
        return self.unit == "category"


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of features: what it declares, and the one function that builds it.

    `build` takes the past and yields tables with ``agent_id``, ``as_of`` and feature columns, one table per source
    it can draw on; what a site's tables cannot supply is left away. Columns that start with ``_`` are steps on the
    way and are dropped; each feature column is declared, or the panel refuses to be built.
    """

    name: str
    features: tuple[Feature, ...]
    build: Callable[[Past], Iterator[ibis.Table]]
