"""What is not offered to whom now: what an agent was given within a year, and what a running pilot decides by lot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.interventions_received import RECENT_MONTHS, recently_received, without_declined
from attrition.pilot.preregistration import read_assignment, read_designs
from attrition.pilot.reading import month_end_after
from attrition.predict.playbook import ALWAYS

if TYPE_CHECKING:
    from attrition.pilot.preregistration import Design

COLUMNS = ["agent_id", "intervention", "en", "zh"]
GIVEN_LATELY = (f"was given it within {RECENT_MONTHS} months", f"近{RECENT_MONTHS}个月内已给予此措施")
IN_PILOT = ("is in a pilot of it that still runs; the lot decides", "正在参加此措施的试点，由抽签决定")


def barred(workspace: Path, given: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    """Name the interventions that agents of one month are not offered again, or not beside a pilot.

    What was declined may be offered again. "Talk first" stays a candidate for everybody, unless a pilot of it runs.

    Parameters
    ----------
    workspace : Path
        Whose pilots are looked at.
    given : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    agents : DataFrame
        ``agent_id`` and ``as_of``, the same month in every row.

    Returns
    -------
    DataFrame
        ``agent_id``, ``intervention`` and the reason in both languages, each pair once.
    """
    as_of = agents["as_of"].iloc[0]
    lately = without_declined(recently_received(given, agents))
    lately = lately[~lately["intervention"].isin(ALWAYS)]
    running = [design for design in read_designs(workspace) if _runs(design, as_of)]
    lots = [read_assignment(workspace, design.name).assign(intervention=design.offer.id) for design in running]
    parts = [_said(lately, GIVEN_LATELY), *(_said(lot, IN_PILOT) for lot in lots)]
    table = pd.concat(parts, ignore_index=True)
    return table[table["agent_id"].isin(agents["agent_id"])].drop_duplicates(["agent_id", "intervention"])


def _runs(design: Design, as_of: pd.Timestamp) -> bool:
    begun = pd.Timestamp(design.as_of)
    return bool(begun <= as_of < month_end_after(begun, design.months))


def _said(rows: pd.DataFrame, reason: tuple[str, str]) -> pd.DataFrame:
    return rows.assign(en=reason[0], zh=reason[1])[COLUMNS].astype(object)
