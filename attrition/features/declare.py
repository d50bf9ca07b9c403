"""The declaration of a feature: the one place that says what it is, whose lever it is, and which way risk goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis

    from attrition.data.terms import Measure, Unit
    from attrition.exposure.past import Past

PEER_SUFFIX = "_vs_peers"
"""The ending of a column that holds a feature's difference from the peers' mean."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature of the panel.

    Parameters
    ----------
    name : str
        ``<family>_<measure>_<window>``, with the unit in the measure (``_minutes``, ``_days``, ``_share``).
    family, lever : str
        One of `attrition.data.terms.FAMILY_NAMES`, one of `attrition.data.terms.LEVERS`.
    en, zh : str
        A noun phrase that reads well before "is 4.1 %": "base pay against the local market median".
    unit : str
        How the value is written for people; "category" means a string.
    measure : str
        What the value is, which decides how a sentence words it:

        - "level": an amount, share, rate, growth or category, written as it is;
        - "change": a difference over time, written with its sign;
        - "ratio_to_norm": `subject` divided by `norm`, written as a distance from the norm;
        - "days_since": the time since `event`;
        - "difference_from_peers": the value of the feature `compared` minus the peers' mean; added by the registry.
    topic : str
        What features that measure the same thing share: other windows, the last event beside the number of events.
        A reader sees one line per topic. The feature's own name unless declared.
    subject_en, subject_zh, norm_en, norm_zh, event_en, event_zh : str
        The parts of the phrase that a measure needs, see `attrition.data.terms.PARTS`. A sentence is made of them and
        never of a piece cut out of `en` or `zh`.
    compared : str
        For a difference from peers, the name of the feature that is compared.
    direction : {-1, 0, 1}
        Sign of the effect of a higher value on risk, where theory gives one; becomes a monotone constraint.
    is_symptom : bool
        A warning sign: acting on it keeps nobody, so it never gets an intervention.
    absence : {"zero", "unknown"}
        What it means that the agent has no rows.
    peers : bool
        Also compare with peers (same role, site and tenure band, leaving the agent out):
        adds ``<name>_vs_peers``.
    history_months : int
        Months of history before a model can learn from it: a season seen once is that year's, not the season's.
    """

    name: str
    family: str
    lever: str
    en: str
    zh: str
    unit: Unit
    measure: Measure | Literal["difference_from_peers"] = "level"
    topic: str = ""
    subject_en: str = ""
    subject_zh: str = ""
    norm_en: str = ""
    norm_zh: str = ""
    event_en: str = ""
    event_zh: str = ""
    compared: str = ""
    direction: int = 0
    is_symptom: bool = False
    absence: Literal["zero", "unknown"] = "unknown"
    peers: bool = False
    history_months: int = 0

    def __post_init__(self) -> None:
        if not self.topic:
            object.__setattr__(self, "topic", self.name)

    @property
    def is_category(self) -> bool:
        """Whether values are strings."""
        return self.unit == "category"


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of features: its declarations, and the one function that builds them.

    `build` takes the past and yields tables with ``agent_id``, ``as_of`` and feature columns, one table per source
    it can draw on; features that need tables a site does not have are left out. Columns that start with ``_`` are
    intermediate steps and are dropped; every feature column must be declared, or building is refused.
    """

    name: str
    features: tuple[Feature, ...]
    build: Callable[[Past], Iterator[ibis.Table]]
