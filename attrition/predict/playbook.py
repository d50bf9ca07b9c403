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
from attrition.predict.playbook_faults import faults_of

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


class Replacement(Declaration):
    """The cost of one resignation, in parts: money, and shares of base pay during the months of ramp-up and vacancy."""

    recruiting: float = Field(ge=0)
    """Recruiting a successor, as an amount."""
    training: float = Field(ge=0)
    """Training a successor, as an amount."""
    ramp_months: float = Field(ge=0)
    """Months until a successor is fully productive."""
    ramp_share_lost: float = Field(ge=0, le=1)
    """Share of base pay lost in these months."""
    vacancy_months: float = Field(ge=0)
    """Months the seat is empty."""
    vacancy_share_lost: float = Field(ge=0)
    """Share of base pay lost in these months: overtime of others, lost contacts."""


class BasePay(Declaration):
    """The feature that holds an agent's monthly base pay, and the amount to use where it is unknown."""

    renamed: ClassVar[Mapping[str, str]] = {"otherwise": "default"}
    feature: str
    """The feature that holds monthly base pay."""
    default: float = Field(gt=0)
    """Base pay where it is not known."""


class Playbook(Declaration):
    """``models/playbook.toml``."""

    currency: str
    """The currency of every amount."""
    saving_months: int = Field(ge=1)
    """Months over which costs and savings are counted."""
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
    faults = [fault for intervention in book.interventions for fault in faults_of(intervention, features)]
    if faults:
        raise DeclarationError(f"{path}: " + "; ".join(faults))
    return book
