"""The playbook: what can be done to keep someone, for whom, at what cost, how far, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

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
"""Candidates for every agent; a playbook must hold them and may not restrict them."""


class Condition(Declaration):
    """A comparison an agent must pass; `en` and `zh` say why not when it fails. An unknown value fails."""

    feature: str
    op: Literal["<", "<=", ">", ">=", "==", "!="]
    value: float | str
    en: str
    zh: str


class Change(Declaration):
    """One feature an intervention moves, in the direction good for the agent and never past the limit.

    Exactly one says where it goes: `to` (a value), `by` (an amount), `to_peers` (the peers' value) or `follows`
    (in proportion with a feature that an earlier change of the intervention moves). `most` is the longest way
    it can be moved at once, `limit` the value it never passes.
    """

    feature: str
    better: Literal["up", "down", "other"]
    to: float | str | None = None
    by: float | None = None
    to_peers: bool = False
    follows: str | None = None
    most: float | None = Field(default=None, gt=0)
    limit: float | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Change:
        if (self.to is not None) + (self.by is not None) + self.to_peers + (self.follows is not None) != 1:
            raise ValueError("say exactly one of to, by, to_peers and follows")
        if (self.better == "other") != isinstance(self.to, str):
            raise ValueError('better = "other" is for a category, which goes `to` a text')
        if self.by is not None and (self.by > 0) != (self.better == "up"):
            raise ValueError("by goes against what is better for the agent")
        return self


class Cost(Declaration):
    """Money in the site's currency: `one_off`, then for each of `months`: `monthly` and a share of base pay."""

    one_off: float = Field(default=0.0, ge=0)
    monthly: float = Field(default=0.0, ge=0)
    base_pay_share: float = Field(default=0.0, ge=0, le=1)
    months: int = Field(default=0, ge=0)


class Dose(Declaration):
    """The relative move of a feature that cost and effect are stated for; a smaller move costs and does less."""

    feature: str
    size: float = Field(gt=0)


class Evidence(Declaration):
    """What is known of the effect: a hazard ratio with a 90 % interval, how it was learned, and where.

    `source_zh` says the source in Chinese; without it `source` stands in both languages.
    """

    grade: Grade
    source: str
    source_zh: str = ""
    hazard_ratio: float = Field(gt=0, le=1)
    low: float = Field(gt=0, le=1)
    high: float = Field(gt=0, le=1)

    def said(self, lang: str) -> str:
        """Give the source in the reader's language, or as it stands where it was written in one only."""
        return self.source_zh or self.source if lang == "zh" else self.source

    @model_validator(mode="after")
    def _in_order(self) -> Evidence:
        if not self.low <= self.hazard_ratio <= self.high:
            raise ValueError("low <= hazard_ratio <= high does not hold")
        return self


class Intervention(Declaration):
    """Something a site can do for an agent."""

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
    """What one resignation costs, in parts: money, and shares of base pay for months of ramp and vacancy."""

    recruiting: float = Field(ge=0)
    training: float = Field(ge=0)
    ramp_months: float = Field(ge=0)
    ramp_share_lost: float = Field(ge=0, le=1)
    vacancy_months: float = Field(ge=0)
    vacancy_share_lost: float = Field(ge=0)


class BasePay(Declaration):
    """Where an agent's monthly base pay is read, and what counts where it is unknown."""

    feature: str
    otherwise: float = Field(gt=0)


class Playbook(Declaration):
    """``models/playbook.toml``."""

    currency: str
    saving_months: int = Field(ge=1)
    base_pay: BasePay
    replacement: Replacement
    interventions: tuple[Intervention, ...]

    @model_validator(mode="after")
    def _always_there(self) -> Playbook:
        ids = [intervention.id for intervention in self.interventions]
        if len(set(ids)) < len(ids):
            raise ValueError("two interventions share an id")
        for name in ALWAYS:
            if name not in ids or self[name].eligible or self[name].capacity_per_month is not None:
                raise ValueError(f"{name} must be there, for everybody, without a capacity")
        return self

    def __getitem__(self, name: str) -> Intervention:
        return next(intervention for intervention in self.interventions if intervention.id == name)

    def priced_in(self, site: Mapping[str, Any]) -> Playbook:
        """Give the playbook with every amount in the site's currency, by the rates the site declares.

        Parameters
        ----------
        site : mapping
            ``currency``, and ``rates``: what one unit of another currency is worth in the site's.

        Raises
        ------
        DeclarationError
            The amounts are in a currency the site declares no rate for.
        """
        currency, rates = site["currency"], site.get("rates", {})
        if currency == self.currency:
            return self
        if self.currency not in rates:
            raise DeclarationError(
                f"models/playbook.toml counts in {self.currency} and the site in {currency}: write your own amounts "
                f"into it, or declare under [site.rates] in pipelines/sources.toml what one {self.currency} is worth"
            )
        return _scaled(self, rates[self.currency]).model_copy(update={"currency": currency})

    def learning_from(self, learned: PilotHistory) -> Playbook:
        """Give the playbook with the effects that pilots found here weighed against what was thought before.

        An effect that would raise the hazard counts as none.

        Raises
        ------
        DeclarationError
            A pilot taught about an intervention that the playbook does not hold.
        """
        known = {intervention.id for intervention in self.interventions}
        strange = sorted({lesson.intervention for lesson in learned.lessons} - known)
        if strange:
            raise DeclarationError(
                f"{FILE} holds lessons about {', '.join(strange)}, which models/playbook.toml does not know"
                f"{nearest(strange[0], known)}; an intervention keeps its id once a pilot was read"
            )
        items = (_taught(item, learned.of(item.id)) for item in self.interventions)
        return self.model_copy(update={"interventions": tuple(items)})


def _taught(item: Intervention, lessons: Sequence[Lesson]) -> Intervention:
    """Put the posterior of an intervention in the place of its prior, and name the pilots."""
    if not lessons:
        return item
    told, names = item.evidence, ", ".join(lesson.pilot for lesson in lessons)
    prior = EffectEstimate(hazard_ratio=told.hazard_ratio, low=told.low, high=told.high)
    found = posterior(prior, [lesson.estimate for lesson in lessons])
    ends = {name: min(1.0, getattr(found, name)) for name in ("hazard_ratio", "low", "high")}
    words = {"source": f"pilots here ({names}), weighed with {told.source}", "grade": "randomised"}
    words["source_zh"] = f"本地试点（{names}），并结合：{told.said('zh')}"
    return item.model_copy(update={"evidence": told.model_copy(update=ends | words)})


def _scaled(book: Playbook, rate: float) -> Playbook:
    """Multiply every amount of money."""
    pay = book.base_pay.model_copy(update={"otherwise": book.base_pay.otherwise * rate})
    parts = {"recruiting": book.replacement.recruiting * rate, "training": book.replacement.training * rate}
    interventions = []
    for item in book.interventions:
        cost = {"one_off": item.cost.one_off * rate, "monthly": item.cost.monthly * rate}
        interventions.append(item.model_copy(update={"cost": item.cost.model_copy(update=cost)}))
    replacement = book.replacement.model_copy(update=parts)
    return book.model_copy(update={"base_pay": pay, "replacement": replacement, "interventions": tuple(interventions)})


def read_playbook(path: Path, *, features: Sequence[Feature]) -> Playbook:
    """Read a playbook and hold it against the features a site has.

    Raises
    ------
    DeclarationError
        The file breaks its model, moves a symptom or a fact nobody can set, asks for one as a condition,
        or moves a feature in the direction that raises risk.
    """
    declared = read(path, Playbook)
    faults = [fault for intervention in declared.interventions for fault in _faults(intervention, features)]
    if faults:
        raise DeclarationError(f"{path}: " + "; ".join(faults))
    return declared


def _faults(intervention: Intervention, features: Sequence[Feature]) -> list[str]:
    known = {feature.name: feature for feature in features}
    found = [
        f"{intervention.id} asks for {condition.feature}, a warning sign; warning signs get no intervention"
        for condition in intervention.eligible
        if condition.feature in known and known[condition.feature].is_symptom
    ]
    moved = [(change, known[change.feature]) for change in intervention.changes if change.feature in known]
    return found + [f"{intervention.id} {fault}" for change, feature in moved for fault in _harm(change, feature)]


def _harm(change: Change, feature: Feature) -> list[str]:
    if feature.is_symptom:
        return [f"moves {feature.name}, a warning sign; nobody is kept by forbidding it"]
    if feature.lever == "none":
        return [f"moves {feature.name}, which nobody can set"]
    if feature.is_category != (change.better == "other"):
        return [f"moves {feature.name} as if it were {'a number' if feature.is_category else 'a category'}"]
    if {"up": 1, "down": -1, "other": 0}[change.better] * feature.direction > 0:
        return [f"moves {feature.name} {change.better}, which raises risk"]
    return []
