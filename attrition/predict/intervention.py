"""An intervention as the playbook declares it: for whom, at what cost, what it changes, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from attrition.data.terms import Lever
from attrition.declared import Declaration
from attrition.message import Message

Grade = Literal["randomised", "quasi-experimental", "correlational", "assumption"]


class Condition(Declaration):
    """A comparison that must hold for an agent to be eligible. It fails where the value is not known."""

    feature: str
    """The feature that is compared with `value`."""
    op: Literal["<", "<=", ">", ">=", "==", "!="]
    """The operator between the feature's value and `value`."""
    value: float | str
    """The number or category that the feature is compared with."""
    en: str
    """The reason that is shown when the condition fails, in English."""
    zh: str
    """The reason in Chinese."""


class Change(Declaration):
    """A change of one feature, in the direction that is better for the agent.

    Exactly one of `to`, `by`, `to_peers` and `follows` must be declared; it gives the new value.
    """

    renamed: ClassVar[Mapping[str, str]] = {"most": "maximum_change"}
    feature: str
    """The feature that changes."""
    better: Literal["up", "down", "other"]
    """The direction that is better for the agent; `"other"` for a category, which has no direction."""
    to: float | str | None = None
    """The new value, a number or a category."""
    by: float | None = None
    """The amount that is added to the value."""
    to_peers: bool = False
    """Whether the new value is the peers' median."""
    follows: str | None = None
    """Another feature, which an earlier change sets: the value changes by the same factor."""
    maximum_change: float | None = Field(default=None, gt=0)
    """The largest distance by which the value may move."""
    limit: float | None = None
    """The value beyond which the change does not go."""

    @model_validator(mode="after")
    def _one_target(self) -> Change:
        if (self.to is not None) + (self.by is not None) + self.to_peers + (self.follows is not None) != 1:
            raise ValueError(Message("give exactly one of to, by, to_peers and follows"))
        if (self.better == "other") != isinstance(self.to, str):
            raise ValueError(Message('better = "other" is for a category, whose new value `to` is a text'))
        if self.by is not None and (self.by > 0) != (self.better == "up"):
            raise ValueError(Message("the sign of by is against the direction that is better for the agent"))
        return self


class Cost(Declaration):
    """The cost of an intervention: `one_off`, and in each of `months` `monthly` and a share of base pay.

    Amounts are in the playbook's currency.
    """

    one_off: float = Field(default=0.0, ge=0)
    """Amount paid once."""
    monthly: float = Field(default=0.0, ge=0)
    """Amount paid in each of `months`."""
    base_pay_share: float = Field(default=0.0, ge=0, le=1)
    """Share of base pay paid in each of `months`, for a dose of 1."""
    months: int = Field(default=0, ge=0)
    """Number of months in which the monthly parts are paid."""


class Dose(Declaration):
    """The size of an intervention, measured by the relative change of one feature.

    Cost and effect are declared for a relative change of `size`, a dose of 1. An agent whose feature changes by half of
    it gets a dose of 0.5: half the share of base pay, and half the logarithm of the hazard ratio.
    """

    feature: str
    """The feature whose relative change is the dose."""
    size: float = Field(gt=0)
    """The relative change that is a dose of 1: 0.05 is 5 %."""


class Evidence(Declaration):
    """The evidence for an effect: a hazard ratio with a 90 % interval, the grade of the study, and its source."""

    grade: Grade
    """The kind of study that estimated the effect."""
    source: str
    """The publication or record, in English."""
    source_zh: str = ""
    """The source in Chinese; `source` in both languages when left out."""
    hazard_ratio: float = Field(gt=0, le=1)
    """The hazard of resigning with the intervention, divided by the hazard without it."""
    low: float = Field(gt=0, le=1)
    """Lower end of its 90 % interval."""
    high: float = Field(gt=0, le=1)
    """Upper end of its 90 % interval."""

    def source_in(self, lang: str) -> str:
        """Return the source in a language (``en``, ``zh``); `source` where there is no translation."""
        return self.source_zh or self.source if lang == "zh" else self.source

    @model_validator(mode="after")
    def _in_order(self) -> Evidence:
        if not self.low <= self.hazard_ratio <= self.high:
            raise ValueError(Message("low <= hazard_ratio <= high does not hold"))
        return self


class Intervention(Declaration):
    """Something a site can do to retain an agent."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """The id of the intervention in commands and tables."""
    en: str
    """The name that readers see, in English."""
    zh: str
    """The name in Chinese."""
    lever: Lever
    """The area in which the employer acts: pay, workload, schedule, ..."""
    cost: Cost = Cost()
    dose: Dose | None = None
    eligible: tuple[Condition, ...] = ()
    limits: str
    """What the person who decides must respect, in words."""
    limits_zh: str = ""
    """`limits` in Chinese."""
    capacity_per_month: int | None = Field(default=None, ge=0)
    """How many agents can be offered the intervention in a month; without it there is no limit."""
    months_to_effect: float = Field(default=0.0, ge=0)
    """Months from the offer until the hazard begins to change."""
    evidence: Evidence
    changes: tuple[Change, ...] = ()
