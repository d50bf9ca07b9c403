"""A day's resignations are judged by the site's other days, month-ends by other month-ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from tests.data.sites import faults_of

MONTH_ENDS = [date(2024 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 25)]


def waves(folder: Path, resigned: Mapping[date, int], *, exit_type: str = "voluntary", staff: int = 900) -> list[str]:
    """Return the rules of the faults that name a wave, of a site where so many left on some days."""
    days = [day for day, number in resigned.items() for _ in range(number)]
    agents = [f"A{number:04}" for number in range(staff)]
    tables = {
        "agents": "agent_id,hire_date\n" + "".join(f"{agent},2020-01-06\n" for agent in agents),
        "assignments": "agent_id,effective_date,team_id\n" + "".join(f"{agent},2020-01-06,T1\n" for agent in agents),
        "exits": "agent_id,exit_date,exit_type\n"
        + "".join(f"{agent},{day},{exit_type}\n" for agent, day in zip(agents, days, strict=False)),
    }
    faults = faults_of(folder, tables, site='data_ends = "2025-12"\n')
    return [str(fault.rule) for fault in faults if fault.rule.startswith("resignations on")]


def test_where_all_leave_at_the_end_of_a_month_no_month_end_is_a_wave(tmp_path: Path) -> None:
    assert waves(tmp_path, {day: 6 + day.month % 4 for day in MONTH_ENDS}) == []


def test_a_month_end_far_above_the_others_is_a_wave(tmp_path: Path) -> None:
    resigned = {day: 6 + day.month % 4 for day in MONTH_ENDS} | {MONTH_ENDS[-4]: 60}
    [rule] = waves(tmp_path, resigned)
    assert rule == "resignations on 2025-09-30 far beyond chance: 60 of 750 agents"


def test_a_day_in_the_middle_of_a_month_is_judged_by_such_days(tmp_path: Path) -> None:
    resigned = dict.fromkeys(MONTH_ENDS, 6) | {date(2025, 3, 12): 9, date(2025, 6, 11): 1}
    [rule] = waves(tmp_path, resigned)
    assert rule.startswith("resignations on 2025-03-12 far beyond chance: 9 of ")


def test_several_waves_are_one_line(tmp_path: Path) -> None:
    days = [date(2025, 3, 12), date(2025, 4, 10), date(2025, 5, 14), date(2025, 6, 11)]
    resigned = {date(2024, 1, 8) + timedelta(days=7 * week): 1 for week in range(100)} | dict(
        zip(days, (40, 30, 20, 20), strict=True)
    )
    [rule] = waves(tmp_path, resigned)
    assert rule.endswith("; also 2025-04-10 (30), 2025-05-14 (20) and 1 other day")


def test_a_wave_of_dismissals_changes_no_label(tmp_path: Path) -> None:
    assert waves(tmp_path, {date(2025, 3, 12): 40, date(2025, 6, 11): 1}, exit_type="involuntary") == []


def test_four_on_one_day_are_no_wave(tmp_path: Path) -> None:
    assert waves(tmp_path, {date(2025, 3, 12): 4, date(2025, 6, 11): 1}, staff=30) == []
