"""An intervention as the playbook declares it: for whom, at what cost, what it changes, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from attrition.data.terms import Lever
from attrition.declared import Declaration

Grade = Literal["randomised", "quasi-experimental", "correlational", "assumption"]


class Condition(Declaration):
    """A comparison that must hold for an agent; `en` and `zh` are the reason when it fails. An unknown value fails."""

    feature: str
    """The feature that is compared; a condition on a value that is not known fails."""
    op: Literal["<", "<=", ">", ">=", "==", "!="]
    """The comparison."""
    value: float | str
    """What it is compared with."""
    en: str
    """Why not, when it fails."""
    zh: str
    """The same in Chinese."""


class Change(Declaration):
    """A change of one feature, in the direction that is better for the agent.

    Exactly one of `to`, `by`, `to_peers` and `follows` gives the new value.
    """

    renamed: ClassVar[Mapping[str, str]] = {"most": "maximum_change"}
    feature: str
    """The feature that changes."""
    better: Literal["up", "down", "other"]
    """Which way is good for the agent; `"other"` is for a category."""
    to: float | str | None = None
    """The new value."""
    by: float | None = None
    """The amount of the change."""
    to_peers: bool = False
    """The new value is the peers' median."""
    follows: str | None = None
    """It changes in proportion to this feature, which an earlier change sets."""
    maximum_change: float | None = Field(default=None, gt=0)
    """The largest change at once."""
    limit: float | None = None
    """The value it never passes."""

    @model_validator(mode="after")
    def _one_target(self) -> Change:
        if (self.to is not None) + (self.by is not None) + self.to_peers + (self.follows is not None) != 1:
            raise ValueError("give exactly one of to, by, to_peers and follows")
        if (self.better == "other") != isinstance(self.to, str):
            raise ValueError('better = "other" is for a category, whose new value `to` is a text')
        if self.by is not None and (self.by > 0) != (self.better == "up"):
            raise ValueError("the sign of by is against the direction that is better for the agent")
        return self


class Cost(Declaration):
    """Money in the site's currency: `one_off`, then for each of `months`: `monthly` and a share of base pay."""

    one_off: float = Field(default=0.0, ge=0)
    """Paid once."""
    monthly: float = Field(default=0.0, ge=0)
    """Paid in each of `months`."""
    base_pay_share: float = Field(default=0.0, ge=0, le=1)
    """Share of base pay paid in each of `months`, per dose."""
    months: int = Field(default=0, ge=0)
    """For how many months."""


class Dose(Declaration):
    """The relative change of a feature for which cost and effect are declared; both scale with the actual change."""

    feature: str
    """The feature whose relative change is the dose."""
    size: float = Field(gt=0)
    """The relative change that cost and effect are declared for."""


class Evidence(Declaration):
    """The evidence for an effect: a hazard ratio with a 90 % interval, the grade of the study, and its source."""

    grade: Grade
    """How the effect was learned."""
    source: str
    """Where."""
    source_zh: str = ""
    """The source in Chinese; `source` in both languages when left out."""
    hazard_ratio: float = Field(gt=0, le=1)
    """The hazard of resigning with the intervention, over the hazard without."""
    low: float = Field(gt=0, le=1)
    """Lower end of its 90 % interval."""
    high: float = Field(gt=0, le=1)
    """Upper end of its 90 % interval."""

    def source_in(self, lang: str) -> str:
        """Give the source in a language; `source` where there is no translation."""
        return self.source_zh or self.source if lang == "zh" else self.source

    @model_validator(mode="after")
    def _in_order(self) -> Evidence:
        if not self.low <= self.hazard_ratio <= self.high:
            raise ValueError("low <= hazard_ratio <= high does not hold")
        return self


class Intervention(Declaration):
    """Something a site can do to retain an agent."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Its name in commands and tables."""
    en: str
    """What it is, in English."""
    zh: str
    """The same in Chinese."""
    lever: Lever
    """The lever it uses."""
    cost: Cost = Cost()
    dose: Dose | None = None
    eligible: tuple[Condition, ...] = ()
    limits: str
    """What must be respected, in words, for the person who decides."""
    limits_zh: str = ""
    """The same in Chinese."""
    capacity_per_month: int | None = Field(default=None, ge=0)
    """How many agents can be offered it in a month; any number when left out."""
    months_to_effect: float = Field(default=0.0, ge=0)
    """Months before it can work."""
    evidence: Evidence
    changes: tuple[Change, ...] = ()
