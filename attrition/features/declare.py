"""The declaration of a feature: its name, wording, unit, family, lever and expected direction of risk.

Panel, model, explanations, report and data dictionary all use this declaration.
"""

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

UNKNOWN_PREFIX = "_unknown_"
"""Before a feature's name: a column that says where the value is unknown although absence of rows means zero."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """The declaration of one feature of the panel (the table of all agent-months).

    Parameters
    ----------
    name : str
        ``<family>_<measure>_<window>``, with the unit in the measure (``_minutes``, ``_days``, ``_share``).
    family, lever : str
        The subject, one of `attrition.data.terms.FAMILY_NAMES`; and the area in which an employer can act on it, one of
        `attrition.data.terms.LEVERS`.
    en, zh : str
        A noun phrase that reads well before "is 4.1 %": "base pay against the local market median".
    unit : str
        The unit, by which the report formats the value; "category" means a string.
    measure : str
        What the value is, which decides how a sentence words it:

        - "level": an amount, share, rate, growth or category, written as it is;
        - "change": a difference over time, written with its sign;
        - "ratio_to_norm": `subject` divided by `norm`, written as a distance from the norm;
        - "days_since": the time since `event`;
        - "difference_from_peers": the value of the feature `compared` minus the peers' mean; added by the registry.
    topic : str
        A name that features share if they measure the same thing: one quantity over several windows, or the number of
        events and the time since the last. Readers see one line per topic. By default the feature's own name.
    subject_en, subject_zh, norm_en, norm_zh, event_en, event_zh : str
        Noun phrases that some measures need (`attrition.data.terms.PARTS`). Sentences are composed of them, so that
        `en` and `zh` never have to be parsed.
    compared : str
        For a difference from peers, the name of the feature that is compared; otherwise empty.
    direction : {-1, 0, 1}
        Sign of the effect of a higher value on risk, where theory gives one; becomes a monotone constraint.
    is_symptom : bool
        Whether it is a warning sign, an effect of the wish to leave: changing it would keep nobody, so no intervention
        may change it.
    absence : {"zero", "unknown"}
        What it means that an agent has no rows: the value is zero, or it is unknown (null).
    peers : bool
        Whether the registry adds ``<name>_vs_peers``, the value minus the mean of the other agents of the same role,
        site and tenure band.
    history_months : int
        Months of history that a model needs before it may use the feature. A season that was seen only once cannot be
        told from the year.
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
    """A family of features: their declarations, and the function that builds them.

    `build` takes the past (`attrition.exposure.past.Past`) and yields tables with ``agent_id``, ``as_of`` and columns
    of features, one or more per input table. It leaves out features that need tables a site does not supply. Columns
    that start with ``_`` are intermediate steps, or say what is unknown (`UNKNOWN_PREFIX`), and are dropped; any other
    column that is not declared is an error.
    """

    name: str
    features: tuple[Feature, ...]
    build: Callable[[Past], Iterator[ibis.Table]]
