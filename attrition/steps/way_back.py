"""The way back from pseudonyms to staff numbers, for the few products that name people, and for what people type."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.people.near_numbers import did_you_mean_number
from attrition.data.people.protection import read_protection
from attrition.data.people.pseudonyms import Pseudonyms
from attrition.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


def agent_of(workspace: Path, typed: str) -> str:
    """Return how the tables of a workspace call the agent whose staff number, or pseudonym, somebody typed.

    Raises
    ------
    UserError
        Nobody has that number; the message offers one that differs by zeros, capitals or a prefix only.
    """
    if not read_protection(workspace).pseudonyms:
        return typed
    numbers = Pseudonyms.open(workspace).way_back()
    if typed in numbers:
        return typed
    pseudonyms = {number: pseudonym for pseudonym, number in numbers.items()}
    if typed not in pseudonyms:
        near = did_you_mean_number(typed, pseudonyms)
        raise UserError("nobody has that staff number{near}. Numbers are text: leading zeros count", near=near)
    return pseudonyms[typed]


def pseudonymised(workspace: Path, people: pd.DataFrame) -> pd.DataFrame:
    """Return a list of agents that came with staff numbers as the tables call them, without those who were erased.

    Every column of which nearly all values are staff numbers, such as the leader's, is taken like ``agent_id``.
    """
    if not read_protection(workspace).pseudonyms:
        return people
    from attrition.data.people.hidden_numbers import FEWEST_NUMBERS

    pseudonyms = Pseudonyms.open(workspace)
    known = {*pseudonyms.way_back().values(), *people["agent_id"]}
    columns = [name for name in people if _share_of_numbers(people[name], known) >= FEWEST_NUMBERS]
    numbers = {str(number) for name in columns for number in people[name].dropna()}
    erased = pseudonyms.erased(numbers)
    pseudonyms.record(numbers)
    names = {number: pseudonyms.pseudonym(number) for number in numbers - erased}
    named = people[~people["agent_id"].isin(erased)]
    return named.assign(**{str(name): named[name].map(names) for name in columns}).sort_values(
        "agent_id", ignore_index=True
    )


def _share_of_numbers(column: pd.Series, numbers: set[str]) -> float:
    values = set(map(str, column.dropna()))
    return len(values & numbers) / max(1, len(values))


def staff_numbers_of(workspace: Path, agents: Iterable[str]) -> dict[str, str]:
    """Return the staff numbers of some agents, by how the tables call them; of those who were erased there is none."""
    if not read_protection(workspace).pseudonyms:
        return {agent: agent for agent in agents}
    numbers = Pseudonyms.open(workspace).way_back()
    return {agent: numbers[agent] for agent in agents if agent in numbers}


def with_staff_numbers(workspace: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Return a list of agents for those who may read it: ``agent_id`` is their staff number."""
    numbers = staff_numbers_of(workspace, table["agent_id"])
    return table.assign(agent_id=table["agent_id"].map(lambda agent: numbers.get(agent, agent)))
