"""Leavers who are missing from the list of exits of a centre without daily tables."""

from pathlib import Path

import pandas as pd

from tests.data.sites import open_site

AGENTS = [f"A{number:03d}" for number in range(60)]
REVIEWS = pd.date_range("2023-01-31", "2026-01-31", freq="6ME")
LEFT = {agent: pd.Timestamp("2024-09-10") for agent in AGENTS[:20]}


def faults_with_exits_of(folder: Path, listed: list[str]) -> list[tuple[str, int | None]]:
    """Pay is reviewed every half-year; twenty agents left in September 2024, and these are on the list of exits."""
    pay = [
        f"{agent},{day:%Y-%m-%d},{3000 + 10 * number}"
        for agent in AGENTS
        for number, day in enumerate(REVIEWS)
        if day < LEFT.get(agent, pd.Timestamp("2030-01-01"))
    ]
    late = [f"{agent},2026-01-{12 + number},other" for number, agent in enumerate(AGENTS[20:26])]
    rows = [f"{agent},{LEFT[agent]:%Y-%m-%d},voluntary" for agent in listed]
    centre = open_site(
        folder,
        {
            "agents": "\n".join(["agent_id,hire_date", *(f"{agent},2023-01-02" for agent in AGENTS)]),
            "assignments": "\n".join(["agent_id,effective_date,team_id", *(f"{a},2023-01-02,T" for a in AGENTS)]),
            "pay": "\n".join(["agent_id,effective_date,base_pay", *pay]),
            "exits": "\n".join(["agent_id,exit_date,exit_type", *rows, *late]),
        },
        site='data_begins = "2023-01"\nexits_complete_to = "2026-01"\n',
    )
    return [(fault.severity, fault.rows) for fault in centre.faults if "pay has not changed" in fault.rule]


def test_leavers_without_an_exit_show_by_the_reviews_they_no_longer_have(tmp_path: Path) -> None:
    assert faults_with_exits_of(tmp_path, AGENTS[:8]) == [("labels", 12)]


def test_a_complete_list_of_exits_needs_no_remark(tmp_path: Path) -> None:
    assert faults_with_exits_of(tmp_path, AGENTS[:20]) == []
