"""Agents excluded from an intervention this month: they received it recently, or a running pilot assigns it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.interventions_received import RECENT_MONTHS, recently_received, without_declined
from attrition.pilot.preregistration import read_assignment, read_designs
from attrition.predict.playbook import ALWAYS_OFFERED

if TYPE_CHECKING:
    from attrition.pilot.preregistration import Design

COLUMNS = ["agent_id", "intervention", "en", "zh"]
RECEIVED_RECENTLY = (f"received it within the last {RECENT_MONTHS} months", f"近{RECENT_MONTHS}个月内已给予此措施")
IN_PILOT = ("is in a running pilot of it, where the assignment decides", "正在参加此措施的试点，由随机分配决定")
IN_ANOTHER_PILOT = "is in another running pilot"


def exclusions(workspace: Path, interventions: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    """List the interventions that agents of one month are not offered, with the reason.

    An intervention that was declined may be offered again. "Talk first" may always be offered, except during a pilot of
    it.

    Parameters
    ----------
    workspace : Path
        The workspace that holds the pilots.
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    agents : DataFrame
        ``agent_id`` and ``as_of``, the same month in every row.

    Returns
    -------
    DataFrame
        ``agent_id``, ``intervention`` and the reason in both languages; each pair once.
    """
    as_of = agents["as_of"].iloc[0]
    recent = recent_recipients(interventions, agents)
    recent = recent[~recent["intervention"].isin(ALWAYS_OFFERED)]
    running = [design for design in read_designs(workspace) if _is_running(design, as_of)]
    members = [read_assignment(workspace, design.name).assign(intervention=design.offer.id) for design in running]
    parts = [_with_reason(recent, RECEIVED_RECENTLY), *(_with_reason(part, IN_PILOT) for part in members)]
    table = pd.concat(parts, ignore_index=True)
    return table[table["agent_id"].isin(agents["agent_id"])].drop_duplicates(["agent_id", "intervention"])


def recent_recipients(interventions: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    """List the agents of one month who received an intervention recently and did not decline it.

    Parameters
    ----------
    interventions, agents : DataFrame
        As for `exclusions`.

    Returns
    -------
    DataFrame
        ``agent_id``, ``intervention`` and the other columns of `recently_received`.
    """
    return without_declined(recently_received(interventions, agents))


def agents_in_pilots(workspace: Path, as_of: pd.Timestamp) -> set[str]:
    """Return the agents of all pilots that end after a month-end."""
    designs = [design for design in read_designs(workspace) if design.end > as_of]
    return {agent for design in designs for agent in read_assignment(workspace, design.name)["agent_id"]}


def _is_running(design: Design, as_of: pd.Timestamp) -> bool:
    return bool(pd.Timestamp(design.as_of) <= as_of < design.end)


def _with_reason(rows: pd.DataFrame, reason: tuple[str, str]) -> pd.DataFrame:
    return rows.assign(en=reason[0], zh=reason[1])[COLUMNS].astype(object)
