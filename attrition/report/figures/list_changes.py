"""The list of a month beside those before it: since when an agent is on it, who is new, and who left it and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.labels.interventions_received import without_declined
from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.model.abstention import OBJECTED
from attrition.report.figures.tables import rows_of

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs

BANDS = ("very_high", "high", "medium", "low")
"""Bands, the highest first."""
REASONS = ("resigned", "left_otherwise", "not_scored", "moved", "helped", "recalculated")
"""Why somebody is not on the list any more; the first that holds is said."""


@dataclass(frozen=True)
class Standing:
    """Since which month-end an agent has been on every list, and what changed since the list before.

    `change` is ``new``, ``up`` or ``down`` (a higher or lower band), ``same``, or "" where there was no list before.
    """

    since: pd.Timestamp
    change: str


def standing(agent: str, band: str, lists: pd.DataFrame | None, as_of: pd.Timestamp) -> Standing:
    """Return how an agent of this month's list stands beside the earlier lists.

    Parameters
    ----------
    agent, band : str
        Who, and in which band now.
    lists : DataFrame, optional
        `ReportInputs.earlier_lists`.
    as_of : Timestamp
        This month-end.

    Examples
    --------
    >>> lists = pd.DataFrame({"as_of": pd.to_datetime(["2026-08-31", "2026-09-30"]), "agent_id": "a", "band": "high"})
    >>> standing("a", "very_high", lists, pd.Timestamp("2026-10-31"))
    Standing(since=Timestamp('2026-08-31 00:00:00'), change='up')
    """
    if lists is None or lists.empty:
        return Standing(as_of, "")
    since, before = as_of, ""
    for month in sorted(lists["as_of"].unique(), reverse=True):
        rows = lists[(lists["as_of"] == month) & (lists["agent_id"] == agent)]
        if rows.empty:
            break
        before, since = before or str(rows["band"].iloc[0]), pd.Timestamp(month)
    return Standing(since, _change(before, band))


def _change(before: str, band: str) -> str:
    if not before:
        return "new"
    step = BANDS.index(band) - BANDS.index(before) if {before, band} <= set(BANDS) else 0
    return "up" if step < 0 else "down" if step > 0 else "same"


@dataclass(frozen=True, eq=False)
class ListChanges:
    """What became of the list before this one.

    Parameters
    ----------
    before : Timestamp
        The month-end of the list before.
    new : int
        How many of this list were not on it.
    left : DataFrame
        Who was on it and is not on this one: ``agent_id`` (the number that is shown), ``name``, ``team_id``, ``site``
        and ``band`` of that time, ``reason``, one of `REASONS`; ordered by reason.
    """

    before: pd.Timestamp
    new: int
    left: pd.DataFrame


def list_changes(inputs: ReportInputs, listed: Collection[str]) -> ListChanges | None:
    """Return what became of the list before this one; None where there was none.

    People who objected to being scored are left out: nothing names them any more.

    Parameters
    ----------
    inputs : ReportInputs
        With ``earlier_lists``.
    listed : collection of str
        The ``agent_id`` of this month's list.
    """
    lists = inputs.earlier_lists
    if lists is None or lists.empty:
        return None
    before = lists["as_of"].max()
    last = lists[lists["as_of"] == before]
    objected = inputs.headline_scores.loc[inputs.headline_scores["abstain_reason"] == OBJECTED, "agent_id"]
    gone = last[~last["agent_id"].isin([*listed, *objected])]
    reasons = _reasons(inputs, before)
    rows = [
        {
            "agent_id": inputs.staff_number(row.agent_id),
            "name": inputs.names.get(row.agent_id, ""),
            **{column: getattr(row, column, "") for column in ("team_id", "site", "band")},
            "reason": _reason(row, reasons),
        }
        for row in rows_of(gone)
    ]
    left = pd.DataFrame(rows, columns=["agent_id", "name", "team_id", "site", "band", "reason"])
    order = left["reason"].map(REASONS.index)
    return ListChanges(
        before=before,
        new=len(set(listed) - set(last["agent_id"])),
        left=left.assign(order=order).sort_values(["order", "agent_id"], ignore_index=True).drop(columns="order"),
    )


def _reason(row: Any, reasons: Mapping[str, Collection[str]]) -> str:
    for name in REASONS[:-1]:
        if name != "moved" and row.agent_id in reasons[name]:
            return name
        if name == "moved" and f"{row.agent_id} {getattr(row, 'team_id', '')}" not in reasons["in_team"]:
            return name
    return REASONS[-1]


def _reasons(inputs: ReportInputs, before: pd.Timestamp) -> dict[str, set[str]]:
    """Return of whom each reason holds, and who is still in which team."""
    as_of, scores = pd.Timestamp(inputs.as_of), inputs.headline_scores
    left = spells_known_at(inputs.spells, as_of) if inputs.spells is not None else None
    ended = pd.DataFrame(columns=["agent_id", "exit_kind"]) if left is None else left[left["left"] > before]
    scored = scores.loc[~scores["abstained"].astype(bool), "agent_id"]
    received = inputs.recent_interventions
    helped = set() if received is None else set(_since(without_declined(received), before)["agent_id"])
    teams = inputs.groups["team_id"].astype(object) if "team_id" in inputs.groups else ""
    in_team = inputs.groups.assign(team=teams)
    return {
        "resigned": set(ended.loc[ended["exit_kind"] == VOLUNTARY, "agent_id"]),
        "left_otherwise": set(ended["agent_id"]),
        "not_scored": set(inputs.earlier_lists["agent_id"] if inputs.earlier_lists is not None else ()) - set(scored),
        "helped": helped,
        "in_team": {f"{row.agent_id} {row.team}" for row in rows_of(in_team[["agent_id", "team"]])},
    }


def _since(interventions: pd.DataFrame, before: pd.Timestamp) -> pd.DataFrame:
    return interventions[pd.to_datetime(interventions["start_date"]) > before]
