"""The playbook: the interventions a site can offer, with eligibility, cost, changes, limits and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from attrition.data.terms import Lever
from attrition.declared import Declaration, read
from attrition.errors import DeclarationError, nearest
from attrition.pilot.lessons import FILE, EffectEstimate, Lesson, PilotHistory, posterior

if TYPE_CHECKING:
    from attrition.features.declare import Feature

Grade = Literal["randomised", "quasi-experimental", "correlational", "assumption"]

DO_NOTHING = "do_nothing"
TALK_FIRST = "talk_first"
ALWAYS = (DO_NOTHING, TALK_FIRST)
"""Offered to every agent; a playbook must hold them, without conditions or capacity."""


class Condition(Declaration):
    """A comparison that must hold for an agent; `en` and `zh` are the reason when it fails. An unknown value fails."""

    feature: str
    op: Literal["<", "<=", ">", ">=", "==", "!="]
    value: float | str
    en: str
    zh: str


class Change(Declaration):
    """A change of one feature by an intervention, in the direction that is better for the agent.

    Exactly one of these gives the new value: `to` (a value), `by` (an amount), `to_peers` (the peers' median) or
    `follows` (in proportion to a feature that an earlier change of the intervention sets). `maximum_change` is the
    largest change at once, `limit` a value that is never passed.
    """

    renamed: ClassVar[Mapping[str, str]] = {"most": "maximum_change"}
    feature: str
    better: Literal["up", "down", "other"]
    to: float | str | None = None
    by: float | None = None
    to_peers: bool = False
    follows: str | None = None
    maximum_change: float | None = Field(default=None, gt=0)
    limit: float | None = None

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
    monthly: float = Field(default=0.0, ge=0)
    base_pay_share: float = Field(default=0.0, ge=0, le=1)
    months: int = Field(default=0, ge=0)


class Dose(Declaration):
    """The relative change of a feature for which cost and effect are declared; both scale with the actual change."""

    feature: str
    size: float = Field(gt=0)


class Evidence(Declaration):
    """The evidence for an effect: a hazard ratio with a 90 % interval, the grade of the study, and its source.

    `source_zh` is the source in Chinese; without it `source` is used in both languages.
    """

    grade: Grade
    source: str
    source_zh: str = ""
    hazard_ratio: float = Field(gt=0, le=1)
    low: float = Field(gt=0, le=1)
    high: float = Field(gt=0, le=1)

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
    en: str
    zh: str
    lever: Lever
    cost: Cost = Cost()
    dose: Dose | None = None
    eligible: tuple[Condition, ...] = ()
    limits: str
    limits_zh: str = ""
    capacity_per_month: int | None = Field(default=None, ge=0)
    months_to_effect: float = Field(default=0.0, ge=0)
    evidence: Evidence
    changes: tuple[Change, ...] = ()


class Replacement(Declaration):
    """The cost of one resignation, in parts: money, and shares of base pay during the months of ramp-up and vacancy."""

    recruiting: float = Field(ge=0)
    training: float = Field(ge=0)
    ramp_months: float = Field(ge=0)
    ramp_share_lost: float = Field(ge=0, le=1)
    vacancy_months: float = Field(ge=0)
    vacancy_share_lost: float = Field(ge=0)


class BasePay(Declaration):
    """The feature that holds an agent's monthly base pay, and the amount to use where it is unknown."""

    renamed: ClassVar[Mapping[str, str]] = {"otherwise": "default"}
    feature: str
    default: float = Field(gt=0)


class Playbook(Declaration):
    """``models/playbook.toml``."""

    currency: str
    saving_months: int = Field(ge=1)
    base_pay: BasePay
    replacement: Replacement
    interventions: tuple[Intervention, ...]

    @model_validator(mode="after")
    def _holds_required_interventions(self) -> Playbook:
        ids = [intervention.id for intervention in self.interventions]
        if len(set(ids)) < len(ids):
            raise ValueError("two interventions share an id")
        for name in ALWAYS:
            if name not in ids or self[name].eligible or self[name].capacity_per_month is not None:
                raise ValueError(f"{name} must be there, for every agent, without a capacity")
        return self

    def __getitem__(self, name: str) -> Intervention:
        return next(intervention for intervention in self.interventions if intervention.id == name)

    def priced_in(self, site: Mapping[str, Any]) -> Playbook:
        """Return the playbook with all amounts converted to the site's currency.

        Parameters
        ----------
        site : mapping
            ``currency``, and ``rates``: the value of one unit of another currency in the site's.

        Raises
        ------
        DeclarationError
            The site declares no rate for the playbook's currency.
        """
        currency, rates = site["currency"], site.get("rates", {})
        if currency == self.currency:
            return self
        if self.currency not in rates:
            raise DeclarationError(
                f"the amounts in models/playbook.toml are in {self.currency} and the site's currency is {currency}: "
                f"write your own amounts into it, or declare under [site.rates] in pipelines/sources.toml what one "
                f"{self.currency} is worth"
            )
        return _scaled(self, rates[self.currency]).model_copy(update={"currency": currency})

    def updated_by(self, history: PilotHistory) -> Playbook:
        """Return the playbook with its effects updated by the results of pilots at this site.

        An effect that would raise the hazard counts as none.

        Raises
        ------
        DeclarationError
            There are results about an intervention that the playbook does not hold.
        """
        ids = {intervention.id for intervention in self.interventions}
        unknown = sorted({lesson.intervention for lesson in history.lessons} - ids)
        if unknown:
            raise DeclarationError(
                f"{FILE} holds lessons about {', '.join(unknown)}, which models/playbook.toml does not hold"
                f"{nearest(unknown[0], ids)}; an intervention keeps its id once a pilot was read"
            )
        items = (_with_posterior(item, history.of(item.id)) for item in self.interventions)
        return self.model_copy(update={"interventions": tuple(items)})


def _with_posterior(item: Intervention, lessons: Sequence[Lesson]) -> Intervention:
    """Replace the prior effect of an intervention by its posterior, and name the pilots as a source."""
    if not lessons:
        return item
    evidence, pilots = item.evidence, ", ".join(lesson.pilot for lesson in lessons)
    prior = EffectEstimate(hazard_ratio=evidence.hazard_ratio, low=evidence.low, high=evidence.high)
    updated = posterior(prior, [lesson.estimate for lesson in lessons])
    effect = {name: min(1.0, getattr(updated, name)) for name in ("hazard_ratio", "low", "high")}
    source = {
        "source": f"pilots here ({pilots}), combined with {evidence.source}",
        "source_zh": f"本地试点（{pilots}），并结合：{evidence.source_in('zh')}",
        "grade": "randomised",
    }
    return item.model_copy(update={"evidence": evidence.model_copy(update=effect | source)})


def _scaled(book: Playbook, rate: float) -> Playbook:
    """Multiply every amount of money."""
    pay = book.base_pay.model_copy(update={"default": book.base_pay.default * rate})
    parts = {"recruiting": book.replacement.recruiting * rate, "training": book.replacement.training * rate}
    interventions = []
    for item in book.interventions:
        cost = {"one_off": item.cost.one_off * rate, "monthly": item.cost.monthly * rate}
        interventions.append(item.model_copy(update={"cost": item.cost.model_copy(update=cost)}))
    replacement = book.replacement.model_copy(update=parts)
    return book.model_copy(update={"base_pay": pay, "replacement": replacement, "interventions": tuple(interventions)})


def read_playbook(path: Path, *, features: Sequence[Feature]) -> Playbook:
    """Read a playbook and check it against the declared features.

    Raises
    ------
    DeclarationError
        The file is malformed; or an intervention changes a symptom or a feature without a lever, has a symptom as a
        condition, or changes a feature in the direction that raises risk.
    """
    book = read(path, Playbook)
    faults = [fault for intervention in book.interventions for fault in _faults(intervention, features)]
    if faults:
        raise DeclarationError(f"{path}: " + "; ".join(faults))
    return book


def _faults(intervention: Intervention, features: Sequence[Feature]) -> list[str]:
    by_name = {feature.name: feature for feature in features}
    faults = [
        f"{intervention.id} has a condition on {condition.feature}, a warning sign; no intervention may depend on one"
        for condition in intervention.eligible
        if condition.feature in by_name and by_name[condition.feature].is_symptom
    ]
    changes = [(change, by_name[change.feature]) for change in intervention.changes if change.feature in by_name]
    return faults + [
        f"{intervention.id} {fault}" for change, feature in changes for fault in _change_faults(change, feature)
    ]


def _change_faults(change: Change, feature: Feature) -> list[str]:
    if feature.is_symptom:
        return [f"changes {feature.name}, a warning sign, which no intervention can change"]
    if feature.lever == "none":
        return [f"changes {feature.name}, which cannot be set"]
    if feature.is_category != (change.better == "other"):
        return [f"changes {feature.name} as if it were {'a number' if feature.is_category else 'a category'}"]
    if {"up": 1, "down": -1, "other": 0}[change.better] * feature.direction > 0:
        return [f"changes {feature.name} {change.better}, which raises risk"]
    return []
