"""The playbook: the interventions a site can offer, with eligibility, cost, changes, limits and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator

from attrition.declared import Declaration, read
from attrition.errors import DeclarationError, did_you_mean
from attrition.message import Message, joined
from attrition.pilot.lessons import FILE, RANDOMISED_ELSEWHERE, EffectEstimate, Lesson, PilotHistory, posterior
from attrition.predict.intervention import Intervention
from attrition.predict.playbook_faults import faults_of

if TYPE_CHECKING:
    from attrition.features.declare import Feature


DO_NOTHING = "do_nothing"
TALK_FIRST = "talk_first"
ALWAYS_OFFERED = (DO_NOTHING, TALK_FIRST)
"""Interventions that every playbook must hold without conditions or capacity, so that every agent has an option."""


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
    """The content of ``models/playbook.toml``."""

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
            raise ValueError(Message("two interventions share an id"))
        for name in ALWAYS_OFFERED:
            if name not in ids or self[name].eligible or self[name].capacity_per_month is not None:
                raise ValueError(Message("{name} must be there, for every agent, without a capacity", name=name))
        return self

    def __getitem__(self, name: str) -> Intervention:
        """Return the intervention with this id."""
        return next(intervention for intervention in self.interventions if intervention.id == name)

    def with_talks(self, talks: int) -> Playbook:
        """Return the playbook with as many talks a month as the site declares for its list."""
        interventions = tuple(
            item.model_copy(update={"capacity_per_month": talks}) if item.id == TALK_FIRST else item
            for item in self.interventions
        )
        return self.model_copy(update={"interventions": interventions})

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
                "the amounts in models/playbook.toml are in {currency} and the site's currency is "
                "{site_currency}: write your own amounts into it, or declare under [site.rates] in "
                "pipelines/sources.toml what one {currency} is worth",
                currency=self.currency,
                site_currency=currency,
            )
        return _scaled(self, rates[self.currency]).model_copy(update={"currency": currency})

    def updated_by(self, history: PilotHistory) -> Playbook:
        """Return the playbook with its effects updated by the results of pilots at this site.

        A hazard ratio above 1 is set to 1: the intervention then has no effect.

        Raises
        ------
        DeclarationError
            There are results about an intervention that the playbook does not hold.
        """
        ids = {intervention.id for intervention in self.interventions}
        unknown = sorted({lesson.intervention for lesson in history.lessons} - ids)
        if unknown:
            raise DeclarationError(
                "{file} holds lessons about {unknown}, which models/playbook.toml does not hold{hint}; an "
                "intervention keeps its id once a pilot was read",
                file=FILE,
                unknown=joined(", ", unknown),
                hint=did_you_mean(unknown[0], ids),
            )
        items = (_with_posterior(item, history.lessons_about(item.id)) for item in self.interventions)
        return self.model_copy(update={"interventions": tuple(items)})


ELSEWHERE_EN, ELSEWHERE_ZH = " (randomised elsewhere, not sealed here)", "（在别处随机，未在此封存）"
"""What stands behind the name of a trial that was not designed here."""


def _named(lesson: Lesson, note: str) -> str:
    """Return the name of a pilot, with a note where it was not designed here."""
    return lesson.pilot + (note if lesson.grade == RANDOMISED_ELSEWHERE else "")


def _with_posterior(item: Intervention, lessons: Sequence[Lesson]) -> Intervention:
    """Return the intervention with the posterior effect, graded as randomised and with the pilots in its source.

    Without lessons it is returned unchanged.
    """
    if not lessons:
        return item
    evidence = item.evidence
    pilots, pilots_zh = (", ".join(_named(lesson, note) for lesson in lessons) for note in (ELSEWHERE_EN, ELSEWHERE_ZH))
    prior = EffectEstimate(hazard_ratio=evidence.hazard_ratio, low=evidence.low, high=evidence.high)
    updated = posterior(prior, [lesson.estimate for lesson in lessons])
    effect = {name: min(1.0, getattr(updated, name)) for name in ("hazard_ratio", "low", "high")}
    source = {
        "source": f"pilots here ({pilots}), combined with {evidence.source}",
        "source_zh": f"本地试点（{pilots_zh}），并结合：{evidence.source_in('zh')}",
        "grade": "randomised",
    }
    return item.model_copy(update={"evidence": evidence.model_copy(update=effect | source)})


def _scaled(playbook: Playbook, rate: float) -> Playbook:
    """Return the playbook with every amount of money multiplied by the rate."""
    pay = playbook.base_pay.model_copy(update={"default": playbook.base_pay.default * rate})
    parts = {"recruiting": playbook.replacement.recruiting * rate, "training": playbook.replacement.training * rate}
    interventions = []
    for item in playbook.interventions:
        cost = {"one_off": item.cost.one_off * rate, "monthly": item.cost.monthly * rate}
        interventions.append(item.model_copy(update={"cost": item.cost.model_copy(update=cost)}))
    replacement = playbook.replacement.model_copy(update=parts)
    return playbook.model_copy(
        update={"base_pay": pay, "replacement": replacement, "interventions": tuple(interventions)}
    )


def read_playbook(path: Path, *, features: Sequence[Feature]) -> Playbook:
    """Return a playbook, after checking it against the declared features.

    Raises
    ------
    DeclarationError
        The file is malformed, or an intervention changes a symptom, a feature without a lever, a number as if it were
        a category (or the reverse) or a feature in the direction that raises risk, or has a symptom as a condition.
    """
    playbook = read(path, Playbook)
    faults = [fault for intervention in playbook.interventions for fault in faults_of(intervention, features)]
    if faults:
        raise DeclarationError("{path}: {faults}", path=path, faults=joined("; ", faults))
    return playbook
