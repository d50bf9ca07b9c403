"""A month's run keeps what did not change, and leaves the same bytes as one from scratch."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from attrition import pipeline
from attrition.data.progress import silent
from attrition.runs import Runs
from attrition.steps.fingerprint import PANEL_BASIS
from attrition.steps.kept_months import months_to_keep
from attrition.steps.panel_basis import REASONS, PanelBasis, file_hash
from tests.steps.growing import (
    corrected,
    corrected_lists,
    many_tables,
    month_ends,
    monthly_lists,
    panel_both_ways,
    with_versions,
    write_exports,
)

CONDITIONS = dict.fromkeys(REASONS, "as it was") | {"begins": "2026-01"}
ON_FILE = {"shifts": {"": "a", "2025-12": "b", "2026-02": "c", "2026-03": "d"}, "staff": {"2026-02": "e"}}
BEFORE = PanelBasis(CONDITIONS, {"pay": {"2025-06": "a", "2026-02": "b", "2026-03": "c"}}, "2026-03", on_file=ON_FILE)


def basis(
    *,
    ends: str = "2026-04",
    pay: dict[str, str] | None = None,
    on_file: dict[str, dict[str, str]] | None = None,
    **conditions: str,
) -> PanelBasis:
    """Return what a panel would be built from, a month later."""
    digests = {"pay": {**BEFORE.digests["pay"], "2026-04": "d", **(pay or {})}}
    return PanelBasis(CONDITIONS | conditions, digests, ends, on_file=ON_FILE if on_file is None else on_file)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """A workspace with a panel of three months; only its hash matters here, and that of the indicators."""
    runs = Runs(tmp_path)
    runs.folder.mkdir()
    runs.panel.write_bytes(b"the panel")
    runs.indicators.write_bytes(b"the sums")
    content = asdict(BEFORE) | {"panel": file_hash(runs.panel), "indicators": file_hash(runs.indicators)}
    (runs.folder / PANEL_BASIS).write_text(json.dumps(content), encoding="utf-8")
    return runs


@pytest.mark.parametrize(
    ("now", "first", "step"),
    [
        (basis(), "2026-04", "building the features of 2026-04; kept as they are: 3 of 4 months"),
        (
            basis(pay={"2026-02": "B"}),
            "2026-02",
            "building the features of 2026-02 to 2026-04, since rows of pay that were known in 2026-02 are not as they "
            "were; kept as they are: 1 of 4 months",
        ),
        (
            basis(pay={"2026-04": "D"}, ends="2026-03"),
            "2026-04",
            "no month has other features than before; kept as they are: 3 of 3 months",
        ),
        (basis(ends="2026-02"), "2026-03", "no month has other features than before; kept as they are: 2 of 2 months"),
    ],
    ids=["a new month", "a late fact", "nothing new", "a month less"],
)
def test_the_first_month_that_sees_other_rows_is_where_building_begins(
    runs: Runs, now: PanelBasis, first: str, step: str
) -> None:
    keeping = months_to_keep(runs, now)
    assert (f"{keeping.first:%Y-%m}", keeping.step) == (first, step)


@pytest.mark.parametrize(
    ("shifts", "staff", "first"),
    [
        ({"2026-04": "f"}, {}, "2026-04"),
        ({"2026-04": "f", "2026-02": "C"}, {}, "2026-02"),
        ({"2025-12": ""}, {}, "2025-12"),
        ({"": "A"}, {}, "2026-04"),
        ({}, {"2026-02": "E", "2026-03": "f"}, "2026-02"),
    ],
    ids=["a new month", "a late fact", "gone from before the data begin", "without a day", "somebody elsewhere"],
)
def test_sums_are_kept_up_to_the_first_month_whose_rows_or_staff_are_others(
    runs: Runs, shifts: dict[str, str], staff: dict[str, str], first: str
) -> None:
    on_file = {"shifts": ON_FILE["shifts"] | shifts, "staff": ON_FILE["staff"] | staff}
    assert f"{months_to_keep(runs, basis(on_file=on_file)).sums_from:%Y-%m}" == first


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_sums_that_are_not_as_they_were_written_are_added_up_anew(runs: Runs, damage: str) -> None:
    assert months_to_keep(runs, basis()).sums_from is not None
    runs.indicators.unlink() if damage == "gone" else runs.indicators.write_bytes(b"other sums")
    assert months_to_keep(runs, basis()).sums_from is None


@pytest.mark.parametrize("condition", REASONS)
def test_a_condition_that_changed_keeps_nothing_and_is_named(runs: Runs, condition: str) -> None:
    keeping = months_to_keep(runs, basis(**{condition: "2026-02"}))
    assert keeping.first is None
    assert keeping.step == f"building the features of all months anew: {REASONS[condition]}"


def test_rows_from_before_the_first_month_concern_all(runs: Runs) -> None:
    keeping = months_to_keep(runs, basis(pay={"2025-06": "A"}))
    assert keeping.first is None
    assert keeping.step.endswith("anew: rows of pay that were known from the beginning are not as they were")


@pytest.mark.parametrize(
    "damage", ["panel changed", "panel gone", "basis gone", "basis cut off", "basis of another form"]
)
def test_a_panel_that_is_not_as_it_was_written_keeps_nothing(runs: Runs, damage: str) -> None:
    path = runs.panel if damage.startswith("panel") else runs.folder / PANEL_BASIS
    if damage.endswith("gone"):
        path.unlink()
    elif damage.endswith("form"):
        path.write_text('{"months": 3}', encoding="utf-8")
    else:
        path.write_bytes(path.read_bytes()[:-3])
    assert months_to_keep(runs, basis()).first is None


def test_late_facts_are_seen_and_the_panel_is_as_one_from_scratch(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    tables = monthly_lists(workspace, agents=60, months=20)
    ends = month_ends(tables, "snapshots", "as_of")[8:]
    for number in (2, 3):
        write_exports(workspace, corrected_lists(tables, ends, number), ends[number])
        if number == 2:
            pipeline.panel(workspace, progress=silent)
    steps, beside, scratch = panel_both_ways(workspace)
    assert steps == [
        "building the features of 2024-10 to 2024-12, since rows of snapshots that were known in 2024-10 are not as "
        "they were; kept as they are: 9 of 12 months"
    ]
    assert beside == scratch


@pytest.mark.exhaustive
@pytest.mark.parametrize("form", ["lists", "tables"])
def test_twelve_months_with_corrections_leave_the_same_bytes_as_from_scratch(tmp_path: Path, form: str) -> None:
    workspace = tmp_path / "workspace"
    if form == "lists":
        tables, correct = monthly_lists(workspace, agents=60, months=20), corrected_lists
        ends = month_ends(tables, "snapshots", "as_of")[8:]
    else:
        tables, correct = many_tables(workspace, agents=30, months=20), corrected
        ends = month_ends(tables, "shifts", "shift_date")[8:]
        tables = with_versions(tables, ends)
    kept = []
    for number, end in enumerate(ends):
        write_exports(workspace, correct(tables, ends, number), end)
        steps, beside, scratch = panel_both_ways(workspace)
        assert [name for name in beside if beside[name] != scratch[name]] == [], (number, steps)
        kept.append("kept as they are" in steps[0])
    assert sum(kept) >= 8


@pytest.mark.exhaustive
def test_all_months_are_built_anew_where_that_is_wished_and_where_the_panel_was_deleted(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    tables = monthly_lists(workspace, agents=30, months=12)
    write_exports(workspace, tables, month_ends(tables, "snapshots", "as_of")[-1])
    pipeline.panel(workspace, progress=silent)
    for anew in (True, False):
        steps: list[str] = []
        if not anew:
            Runs(workspace).panel.unlink()
        pipeline.panel(workspace, anew=anew, progress=steps.append)
        assert "building the features" in steps
