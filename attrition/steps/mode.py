"""The mode of a workspace, applied: what a command may store, which commands have no answer, and what must go.

Everything about single agents that leaves a run's memory passes through `stored_month` and `stored_backtest`, or goes
out because `stores_single_agents` says that it may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.people.protection import Mode, read_protection
from attrition.errors import UserError
from attrition.runs import Runs
from attrition.steps.declarations import read_monthly_job, read_spec

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.released import Release


def read_mode(workspace: Path) -> Mode:
    """Read what may be known of one agent in a workspace."""
    return read_protection(workspace).mode


def stores_single_agents(workspace: Path) -> bool:
    """Return whether the mode lets tables about single agents be stored as they are.

    Examples
    --------
    >>> stores_single_agents(Path("a-workspace-of-an-earlier-version"))
    True
    """
    return read_mode(workspace) == "individual"


def refuse_single_agents(workspace: Path, command: str) -> None:
    """Raise a UserError where the mode of a workspace has nothing about single agents for a command to show.

    Examples
    --------
    >>> refuse_single_agents(Path("a-workspace-of-an-earlier-version"), "attrition explain")
    """
    if read_mode(workspace) == "group_only":
        raise UserError(
            "`{command}` is about single agents, and the mode of this workspace is group_only (pipelines/people.toml): "
            "no score of a person is stored, shown or served; the report shows expected numbers, drivers and levers of "
            "groups",
            command=command,
        )


def refuse_figures(workspace: Path, command: str) -> None:
    """Raise a UserError where the mode of a workspace keeps no figures of single agents, which a command needs."""
    refuse_single_agents(workspace, command)
    if read_mode(workspace) == "banded":
        raise UserError(
            "`{command}` shows figures of single agents, and the mode of this workspace is banded "
            "(pipelines/people.toml): only bands and words are kept",
            command=command,
        )


def release_of(workspace: Path, as_of: date | None = None) -> Release:
    """Return what tables of a workspace must obey before they are stored; `as_of` is the month of a month's tables."""
    from attrition.report.released import Release, hidden_units

    runs = Runs(workspace)
    earlier = [month for month in runs.months() if as_of is not None and month < as_of]
    hidden = hidden_units(runs.read_month_table(earlier[-1], "expected_leavers")) if earlier else set()
    return Release(
        mode=read_mode(workspace),
        groups=runs.read_outcomes(),
        horizon=read_spec(workspace).headline,
        min_group=read_monthly_job(workspace).smallest_group,
        previously_hidden=hidden,
    )


def stored_month(workspace: Path, as_of: date, tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """Return the tables of a scored month that the mode of the workspace allows to be stored."""
    if stores_single_agents(workspace):
        return tables
    from attrition.report.released import released_month

    return released_month(tables, release_of(workspace, as_of))


def unstored_month(workspace: Path, tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame] | None:
    """Return the tables that the report of a month is computed from in memory; null where all of them are stored."""
    return None if stores_single_agents(workspace) else tables


def stored_backtest(workspace: Path, tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """Return the tables of a backtest that the mode of the workspace allows to be stored."""
    if stores_single_agents(workspace):
        return tables
    from attrition.report.figures.track_record import calibration_groups
    from attrition.report.released import released_backtest
    from attrition.steps.known_errors import announced

    release = release_of(workspace)
    scores, outcomes = tables["scores"], release.groups
    calibration = calibration_groups(scores, outcomes, horizon=release.horizon, known_at=outcomes["as_of"].max())
    return released_backtest(tables, release, expected=announced(scores, outcomes), calibration=calibration)


def stored_plan(workspace: Path, offers: pd.DataFrame, figures: dict[str, Any]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the offers and the figures of a plan that the mode allows to be stored.

    Where figures of people are withheld there are counts by site and intervention, since who is chosen within a budget
    follows the risk.
    """
    if stores_single_agents(workspace):
        return offers, figures
    from attrition.report.disclosure import parts_to_hide
    from attrition.report.released import offers_of_groups

    smallest = read_monthly_job(workspace).smallest_group
    counts = dict(figures["interventions"])
    small = parts_to_hide(counts, smallest)
    shown = {name: count for name, count in counts.items() if name not in small}
    fairness = [row for row in figures["fairness"] if row["in_need"] >= smallest]
    kept = figures | {"interventions": shown, "fairness": fairness, "notes": []}  # notes count people of small groups
    return offers_of_groups(offers, smallest), kept
