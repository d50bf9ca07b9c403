"""The exports of a synthetic centre follow the contract and stay within their months."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import inspect
from attrition.data.synthetic import sources_toml, write_centre
from attrition.data.tables import TABLES

TABLE_NAMES = [name for name in TABLES if name not in ("snapshots", "identities", "renumbered", "contact_log")]
FIRST, LAST = pd.Timestamp("2025-08-01"), pd.Timestamp("2026-10-31")
DAILY = {"shifts": "shift_date", "contacts": "contact_date", "interactions": "interaction_date"}
DATED = DAILY | {"qa_evaluations": "evaluated_on", "bonuses": "pay_date", "surveys": "survey_date"}


def read_table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    if path.exists():
        table = pd.read_parquet(path)
    else:
        table = pd.read_csv(
            folder / f"{name}.csv", dtype={column: str for column in TABLES[name].names if "_id" in column}
        )
    dates = [column.name for column in TABLES[name].columns if column.kind == "date" and column.name in table]
    return table.assign(**{column: pd.to_datetime(table[column]) for column in dates})


def file_contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_every_value_is_one_its_column_allows(centre: Path, name: str) -> None:
    table = read_table(centre, name)
    assert len(table)
    for column in TABLES[name].columns:
        values = table[column.name].dropna() if column.name in table else pd.Series(dtype=object)
        assert not column.required or len(values) == len(table)
        assert not column.choices or set(values) <= set(column.choices)
        assert column.minimum is None or (values >= column.minimum).all()
        assert column.maximum is None or (values <= column.maximum).all()


@pytest.mark.parametrize("name", [name for name in TABLE_NAMES if TABLES[name].key])
def test_a_fact_has_one_row_a_version(centre: Path, name: str) -> None:
    table = read_table(centre, name)
    version_key = [column for column in (*TABLES[name].key, "recorded_at") if column in table]
    assert not table.duplicated(version_key).any()


def test_checking_a_synthetic_centre_finds_no_fault(centre: Path, tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    declared = sources_toml(centre.as_posix())
    (tmp_path / "pipelines" / "sources.toml").write_text(declared, encoding="utf-8")
    checked_centre, faults = inspect(tmp_path)
    assert faults == ()
    assert checked_centre is not None
    assert set(checked_centre.tables) == set(TABLE_NAMES)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("once", 8), ("again", 8), ("other", 9)):
        write_centre(tmp_path / name, agents=12, months=3, seed=seed)
    once, again, other = (file_contents(tmp_path / name) for name in ("once", "again", "other"))
    assert once == again
    assert all(once[name] != other[name] for name in ("agents.csv", "shifts.parquet", "truth/agent_months.parquet"))


def test_ids_are_text_with_their_zeros(centre: Path) -> None:
    for name in TABLE_NAMES:
        if "agent_id" in TABLES[name].names:
            assert read_table(centre, name)["agent_id"].str.fullmatch(r"0\d{6}").all()


@pytest.mark.parametrize("name", DATED)
def test_rows_fall_into_the_exported_months(centre: Path, name: str) -> None:
    assert read_table(centre, name)[DATED[name]].between(FIRST, LAST).all()


@pytest.mark.parametrize("name", DAILY)
def test_nobody_works_before_the_first_or_after_the_last_day(centre: Path, name: str) -> None:
    rows, spells, exits = read_table(centre, name), read_table(centre, "agents"), read_table(centre, "exits")
    single_spells = spells.drop_duplicates("agent_id", keep=False)
    ends = exits[~exits["is_retracted"].astype(bool)].groupby("agent_id")["exit_date"].max()
    falsely_left = set(exits.loc[exits["is_retracted"].astype(bool), "agent_id"])
    rows_of_spells = rows.merge(single_spells[["agent_id", "hire_date"]], on="agent_id")
    rows_of_spells = rows_of_spells[~rows_of_spells["agent_id"].isin(falsely_left)]
    last_days = rows_of_spells["agent_id"].map(ends).fillna(LAST)
    assert (rows_of_spells[DAILY[name]] >= rows_of_spells["hire_date"]).all()
    assert (rows_of_spells[DAILY[name]] <= last_days).all()


def test_the_export_holds_nothing_recorded_after_it(centre: Path) -> None:
    for name in ("assignments", "exits", "pay", "bonuses", "qa_evaluations"):
        assert pd.to_datetime(read_table(centre, name)["recorded_at"]).max() < LAST + pd.Timedelta(days=1)


def test_some_payments_are_recorded_late_and_some_are_corrected(centre: Path) -> None:
    pay = read_table(centre, "bonuses")
    delay = (pd.to_datetime(pay["recorded_at"]) - pay["pay_date"]).dt.days
    assert 0.01 < (delay > 7).mean() < 0.15
    assert pay.duplicated(["agent_id", "pay_date"]).any()


def test_agents_were_hired_long_before_the_exports_begin(centre: Path) -> None:
    hire_dates = read_table(centre, "agents")["hire_date"]
    assert (hire_dates < FIRST - pd.Timedelta(days=3 * 365)).any()
    assert hire_dates.min() >= FIRST - pd.Timedelta(days=8 * 366)
    assert read_table(centre, "pay")["effective_date"].min() == hire_dates.min()


def test_a_notice_not_yet_served_at_the_end_is_exported(centre: Path) -> None:
    exits = read_table(centre, "exits")
    running = exits[exits["exit_date"] > LAST]
    assert (running["notice_date"] <= LAST).all()


def test_fewer_agents_than_required_answer_less_in_time(centre: Path) -> None:
    levels = read_table(centre, "service_levels")
    is_short = levels["scheduled_agents"] < 0.8 * levels["required_agents"]
    sums = levels.groupby(is_short)[["offered", "answered", "answered_within_threshold"]].sum()
    assert sums.loc[True, "answered_within_threshold"] / sums.loc[True, "offered"] < 0.7
    assert sums.loc[False, "answered_within_threshold"] / sums.loc[False, "offered"] > 0.7


def test_the_queues_answer_what_agents_handle(centre: Path) -> None:
    handled = read_table(centre, "contacts").groupby("queue")["handled"].sum()
    assert read_table(centre, "service_levels").groupby("queue")["answered"].sum().equals(handled.rename("answered"))


def test_some_contacts_are_scored_by_two_evaluators_and_none_twice_by_one(centre: Path) -> None:
    scores = read_table(centre, "qa_evaluations").drop_duplicates("evaluation_id").groupby("contact_id")
    assert 0.01 < (scores.size() == 2).mean() < 0.2
    assert (scores["evaluator_id"].nunique() == scores.size()).all()
    assert (scores["agent_id"].nunique() == 1).all()
