"""The facts that a what-if can change for an agent, with their allowed values at the site.

A fact is a value in an input table, such as base pay, a number of new events, or a share of shifts; features are
computed from facts and cannot be set themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from attrition.errors import UserError, did_you_mean
from attrition.message import Message, joined

if TYPE_CHECKING:
    from attrition.features.declare import Feature


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A value in an input table, a number of new events, or a share of shifts that a what-if can change.

    Parameters
    ----------
    name : str
        The name used with ``--set``.
    en, zh : str
        A noun phrase that describes it.
    table, column : str
        The input table, and its column of the value, of the kind of event, or of the flag that is shared.
    writes : {"state", "event", "roster"}
        How it is changed. "state": a row in force from the month-end on. "event": an event of the kind `event` on that
        day. "roster": the flags of the agent's shifts of the last three months are rewritten, since no feature uses
        future shifts; the result is the risk of an agent who has already worked by the roster for three months, which
        `reading_notes` points out. Features over longer windows still see the older shifts unchanged.
    event : str
        Kind of the event.
    better : {"up", "down", "order", "paid_more"}
        Which change is better for the agent, the only one that is answered: a higher or a lower number; a later value
        of `attrition.predict.betterment.ORDERED`; a category whose agents at the site are not paid less.
    is_number : bool
        Whether its values are numbers; else they are categories.
    """

    name: str
    en: str
    zh: str
    table: str
    column: str
    writes: Literal["state", "event", "roster"] = "state"
    event: str = ""
    better: Literal["up", "down", "order", "paid_more"]
    is_number: bool = False


FACTS = (
    Fact(
        name="base_pay", en="base pay per month", zh="月基本工资",
        table="pay", column="base_pay", better="up", is_number=True,
    ),
    Fact(name="job_role", en="job role", zh="岗位", table="assignments", column="job_role", better="paid_more"),
    Fact(name="grade", en="grade", zh="职级", table="assignments", column="grade", better="paid_more"),
    Fact(
        name="work_mode", en="where the agent works", zh="工作方式",
        table="assignments", column="work_mode", better="order",
    ),
    Fact(
        name="shift_pattern", en="shift pattern", zh="班次模式",
        table="assignments", column="shift_pattern", better="order",
    ),
    Fact(
        name="contract_hours_week", en="contracted hours a week", zh="每周合同工时",
        table="assignments", column="contract_hours_week", better="down", is_number=True,
    ),
    Fact(
        name="career_talks", en="career talks held on that day", zh="当日职业发展面谈次数",
        table="career_events", column="kind", writes="event", event="career_talk", better="up", is_number=True,
    ),
    Fact(
        name="training_hours", en="hours of training on that day", zh="当日培训时长（小时）",
        table="career_events", column="hours", writes="event", event="training", better="up", is_number=True,
    ),
    Fact(
        name="night_share",
        en="share of night shifts in a roster worked by for three months", zh="按新排班工作满三个月的夜班占比",
        table="shifts", column="is_night", writes="roster", better="down", is_number=True,
    ),
    Fact(
        name="changed_share",
        en="share of shifts changed after publication in a roster worked by for three months",
        zh="按新排班工作满三个月的临时改班占比",
        table="shifts", column="changed", writes="roster", better="down", is_number=True,
    ),
)  # fmt: skip

NO_DIRECTION = Message("is neither better nor worse for the agent by any declaration")
NOT_SETTABLE = {
    "team_id": NO_DIRECTION,
    "account": NO_DIRECTION,
    "tenure": Message("grows by itself"),
    "age": Message("cannot be set"),
    "birth_date": Message("cannot be set"),
    "gender": Message("cannot be set"),
    "hire_date": Message("lies in the past"),
    "hiring_source": Message("lies in the past"),
    "exit_date": Message("is what the model predicts"),
    "score": Message("is measured and cannot be set"),  # of an evaluation or a survey
}


def find_fact(name: str, features: Mapping[str, Feature]) -> Fact:
    """Return the fact of that name.

    Raises
    ------
    UserError
        It cannot be set; the message says why, and lists what can be set.

    Examples
    --------
    >>> find_fact("base_pai", {})
    Traceback (most recent call last):
    attrition.errors.UserError: "base_pai" is not a fact that can be set (did you mean "base_pay"?); these can be: \
base_pay, job_role, grade, work_mode, shift_pattern, contract_hours_week, career_talks, \
training_hours, night_share, changed_share
    """
    facts = {fact.name: fact for fact in FACTS}
    if name in facts:
        return facts[name]
    raise UserError(
        '"{name}" {reason}; these can be: {facts}',
        name=name,
        reason=_why_not_settable(name, features, facts),
        facts=joined(", ", facts),
    )


def reading_notes(names: Iterable[str]) -> list[str]:
    """Return the sentences that a reader needs to understand a what-if about these facts.

    Examples
    --------
    >>> reading_notes(["base_pay"]), len(reading_notes(["night_share", "changed_share"]))
    ([], 1)
    """
    rosters = [fact.name for fact in FACTS if fact.name in set(names) and fact.writes == "roster"]
    if not rosters:
        return []
    return [
        Message(
            "{facts}: the risk once three months have been worked by that roster; before that, only part of the change "
            "has taken effect.",
            facts=joined(", ", rosters),
        )
    ]


def _why_not_settable(name: str, features: Mapping[str, Feature], facts: Mapping[str, Fact]) -> str:
    """Return why a fact cannot be set, as the rest of a sentence that begins with its name."""
    if name in NOT_SETTABLE:
        return NOT_SETTABLE[name]
    feature = features.get(name)
    if feature is None:
        return Message("is not a fact that can be set{hint}", hint=did_you_mean(name, facts))
    if feature.is_symptom:
        return Message("is a warning sign, which cannot be set")
    if feature.family == "tenure":
        return Message("follows from the hire date, which lies in the past")
    return Message("is computed from facts; set those instead")


def parse_number(fact: Fact, text: str, *, low: float, high: float) -> float:
    """Return a value as a number; raise a UserError if it is not one, or is outside the site's limits."""
    try:
        value = float(text)
    except ValueError:
        raise UserError('{name}: "{text}" is not a number', name=fact.name, text=text) from None
    if not low <= value <= high:
        raise UserError(
            "{name}: {value:g} is outside the site's limits, {low:g} to {high:g}",
            name=fact.name,
            value=value,
            low=low,
            high=high,
        )
    return value


def parse_category(fact: Fact, text: str, allowed: Sequence[str]) -> str:
    """Return a category if it is in use at the agent's site this month; else raise a UserError.

    The error lists the categories in use where there are at most 20.
    """
    if text not in allowed:
        listed = Message("; in use are {names}", names=joined(", ", allowed)) if len(allowed) <= 20 else ""
        raise UserError(
            '{name}: "{text}" is not in use at the site{hint}{listed}',
            name=fact.name,
            text=text,
            hint=did_you_mean(text, allowed),
            listed=listed,
        )
    return text


def allowed_range(fact: Fact, agent: Mapping[str, object], site_agents: pd.DataFrame) -> tuple[float, float]:
    """Return the lowest and highest value that may be set for an agent of the site.

    Parameters
    ----------
    fact : Fact
        The fact to be set.
    agent : mapping
        The agent's current ``grade`` or ``job_role``, where the site has them.
    site_agents : DataFrame
        One row per agent of the same site this month, or per event for an event, with the fact's column; for a roster
        the column holds a share.

    Notes
    -----
    Base pay may lie between the lowest of the site and the highest of the agent's grade there (or role, where the site
    has no grades; or of the site, where nobody there shares it). One career talk a day; training up to the longest
    at the site within a year; a roster's share between 0 and the largest of an agent of the site. Other numbers lie
    between the lowest and the highest of the site.
    """
    values = site_agents[fact.column].dropna()
    if fact.writes == "roster":
        return 0.0, float(values.max()) if len(values) else 0.0
    if fact.event == "career_talk":
        return 1.0, 1.0
    if fact.event:
        return 0.0, float(values.max()) if len(values) else 0.0
    group = next((name for name in ("grade", "job_role") if fact.name == "base_pay" and name in site_agents), None)
    in_band = site_agents.loc[site_agents[group] == agent.get(group), fact.column].dropna() if group else values
    return float(values.min()), float((in_band if len(in_band) else values).max())
