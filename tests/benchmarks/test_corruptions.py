"""The judge of corrupted tables: what counts as wrong, what counts as named, and that every corruption corrupts."""

import shutil
import subprocess
import sys
from pathlib import Path

import check_time
import numpy as np
import pandas as pd
import pytest
from wrong_tables.catalogue import CORRUPTIONS, Corruption
from wrong_tables.exports import Exports
from wrong_tables.judge import judge, measure_damage
from wrong_tables.product import Product, _without_counts
from wrong_tables.worlds import make_worlds

from tests.house.places import REPOSITORY

EXITS = frozenset({"exits"})


def panel(labels: list[float | None], pay: list[float | None]) -> pd.DataFrame:
    rows = pd.DataFrame({"agent_id": list("abcd"), "as_of": pd.Timestamp("2026-01-31"), "pay": pay})
    return rows.assign(**{f"resigned_within_{months}m": pd.Series(labels, dtype=float) for months in (1, 3, 6, 12)})


CLEAN = panel([1, 0, 0, None], [1.0, 2.0, 3.0, 4.0])


def product(rows: pd.DataFrame, lines: dict[tuple[str, str], int] | None = None) -> Product:
    return Product(panel=rows, lines=lines or {})


def test_a_wrong_label_without_a_line_is_silent() -> None:
    verdict = judge(product(CLEAN), product(panel([0, 0, 0, None], [1, 2, 3, 4])), EXITS)
    assert verdict.outcome == "SILENT"
    assert verdict.damage.labels == 0.25


def test_a_wrong_label_with_a_line_about_its_table_is_named() -> None:
    wrong = panel([0, 0, 0, None], [1, 2, 3, 4])
    assert judge(product(CLEAN), product(wrong, {("exits", "noticed: late"): 3}), EXITS).outcome == "named"
    assert judge(product(CLEAN), product(wrong, {("pay", "noticed: late"): 3}), EXITS).outcome == "SILENT"


def test_a_line_that_the_clean_tables_have_names_nothing() -> None:
    wrong, line = panel([0, 0, 0, None], [1, 2, 3, 4]), ("exits", "noticed: late")
    clean = product(CLEAN, {line: 3})
    assert judge(clean, product(wrong, {line: 16}), EXITS).outcome == "SILENT"
    assert judge(clean, product(wrong, {line: 17}), EXITS).outcome == "named"


def test_null_is_no_lie_and_a_label_that_nobody_can_know_is_one() -> None:
    assert judge(product(CLEAN), product(panel([None, 0, 0, None], [1, 2, None, 4])), EXITS).outcome == "harmless"
    assert measure_damage(CLEAN, panel([1, 0, 0, 0], [1, 2, 3, 4])).labels == 0.25


def test_agent_months_that_should_not_be_there_are_wrong() -> None:
    phantom = CLEAN.assign(as_of=pd.Timestamp("2026-02-28"))
    assert measure_damage(CLEAN, pd.concat([CLEAN, phantom])).appeared == 0.5


def test_values_that_became_others_are_counted_by_feature() -> None:
    damage = measure_damage(CLEAN, panel([1, 0, 0, None], [1, 2, 36, 4.001]))
    assert (damage.feature, damage.worst) == (0.25, "pay")


def test_dates_in_the_words_of_a_line_count_and_numbers_do_not() -> None:
    assert _without_counts("3,012 of 40 gone by 2026-01-31") == "# of # gone by 2026-01-31"


def test_a_refusal_and_a_crash_are_told_apart() -> None:
    refused = Product(refused=("exits: missing table",), lines={})
    assert judge(product(CLEAN), refused, EXITS).outcome == "refused"
    assert judge(product(CLEAN), Product(refused=("KeyError",), lines={}, is_crash=True), EXITS).is_bad


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_worlds(tmp_path_factory.mktemp("worlds"), agents=80, months=16, seed=1)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.id)
def test_every_corruption_changes_the_exports(corruption: Corruption, worlds: dict[str, Path], tmp_path: Path) -> None:
    changed = corrupted(corruption, worlds, tmp_path / "copy")
    assert changed
    assert changed != contents(worlds[corruption.world])


def test_the_seed_decides_how(worlds: dict[str, Path], tmp_path: Path) -> None:
    thinned = next(corruption for corruption in CORRUPTIONS if corruption.id == "exits-halved")
    assert corrupted(thinned, worlds, tmp_path / "one") == corrupted(thinned, worlds, tmp_path / "other")


def corrupted(corruption: Corruption, worlds: dict[str, Path], folder: Path) -> dict[str, bytes]:
    shutil.copytree(worlds[corruption.world], folder, ignore=shutil.ignore_patterns("truth"))
    corruption.apply(Exports(folder, np.random.default_rng(3)))
    return contents(folder)


def contents(workspace: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (workspace / "exports").glob("*.*")}


@pytest.mark.exhaustive
def test_the_script_prints_the_verdicts_and_ends_with_their_exit_code() -> None:
    sizes = ["--agents", "80", "--months", "16", "--workers", "1", "--only", "exits-kind-blank", "pay-renamed"]
    command = [sys.executable, "benchmarks/corruptions.py", *sizes]
    process = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert "2 refused" in process.stdout


def test_the_ratio_of_times_is_that_of_each_pair() -> None:
    figures = check_time.summary([((3.0, 4.0), (2.0, 3.0)), ((8.0, 9.0), (4.0, 5.0)), ((6.0, 6.0), (3.0, 3.0))])
    assert figures["ratio"] == 2.0
    assert figures["processor_seconds"] == 6.0
