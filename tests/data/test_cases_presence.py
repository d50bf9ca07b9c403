"""Cases in which people vanish: from the monthly file, or from the daily tables, with or without an exit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import examine
from attrition.data.phrase import in_language
from attrition.data.progress import silent
from attrition.errors import Fault
from attrition.features.registry import build_features
from attrition.features.workload import WORKLOAD
from attrition.steps.panel import build_panel
from attrition.steps.panel_families import past_of
from attrition.workspace import write_starter
from tests.data.cases import case_faults, copy_case, open_case

GONE = "exits. agents who are gone without an exit"
ABSENCE = 'exits_from = "absence"'
VANISHED = ["E00021", "E00025", "E00029", "E00033", "E00037", "E00041", "E00045", "E00049", "E00053", "E00057"]


def gone_fault(faults: dict[str, Fault]) -> Fault:
    fault = faults[GONE]
    assert in_language(fault.rule, "zh") != fault.rule
    return fault


def keep_exits(folder: Path, agents: list[str]) -> None:
    """Leave only the exits of some agents on file, and add one on 31 May 2026 for others who were last seen before."""
    path = folder / "data" / "exits.csv"
    exits = pd.read_csv(path, dtype=str)
    added = [{"agent_id": agent, "exit_date": "2026-05-31", "exit_type": "voluntary"} for agent in agents]
    pd.concat([exits, pd.DataFrame(added)]).to_csv(path, index=False)


def test_ten_of_fifteen_who_vanish_from_the_monthly_file_have_no_exit(tmp_path: Path) -> None:
    fault = gone_fault(case_faults(tmp_path, "14"))
    assert (fault.rows, fault.severity, fault.share) == (10, "stops", 10 / 15)
    assert "complete the list of exits" in fault.advice
    assert ABSENCE in fault.advice


def test_the_list_of_who_is_gone_is_there_although_the_tables_are_refused(tmp_path: Path) -> None:
    centre, faults = examine(copy_case(tmp_path, "14"))
    assert centre is not None
    assert any(fault.stops for fault in faults)
    assert sorted(centre.gone["agent_id"]) == VANISHED
    last_seen = centre.gone.set_index("agent_id")["last_seen"].astype(str)
    assert (last_seen["E00057"], last_seen["E00033"]) == ("2025-03-31", "2026-03-31")


def test_under_a_twentieth_of_the_leavers_the_monthly_file_is_used_and_the_fault_named(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "14")
    snapshots = pd.read_csv(folder / "data" / "snapshots.csv", dtype=str)
    copies = [snapshots.assign(agent_id=snapshots["agent_id"] + f"-{copy}") for copy in range(2)]
    pd.concat([snapshots, *copies]).to_csv(folder / "data" / "snapshots.csv", index=False)
    exits = pd.read_csv(folder / "data" / "exits.csv", dtype=str)
    everybody = [
        {"agent_id": f"{agent}{copy}"} for copy in ("", "-0", "-1") for agent in (*exits["agent_id"], *VANISHED)
    ]
    listed = pd.DataFrame(everybody[:-1]).assign(exit_date="2026-04-30", exit_type="voluntary")
    listed.to_csv(folder / "data" / "exits.csv", index=False)
    _, faults = examine(folder)
    assert [(fault.rows, fault.severity) for fault in faults if fault.rule in GONE] == [(1, "labels")]


def test_a_complete_list_of_exits_raises_nothing_though_two_agents_were_on_leave(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "14")
    keep_exits(folder, VANISHED)
    centre, faults = examine(folder)
    assert centre is not None
    assert not [fault for fault in faults if fault.rule in GONE]
    assert centre.gone.empty


def test_absence_is_taken_as_an_exit_recorded_in_the_next_month_where_the_site_says_so(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "14", site=ABSENCE)
    exits = centre.tables["exits"].to_pandas().set_index("agent_id").astype(str)
    standing = exits[~exits["superseded_on"].str.startswith("20")]
    assert sorted(standing.index[standing["exit_type"] == "other"]) == VANISHED
    assert standing.loc["E00021", ["exit_date", "known_on"]].tolist() == ["2026-01-01", "2026-01-31"]
    assert standing.loc["E00001", ["exit_date", "exit_type"]].tolist() == ["2025-12-29", "voluntary"]
    assert centre.gone.empty


def test_an_absence_that_ends_again_is_leave_from_the_month_it_ends(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "14", site=ABSENCE)
    exits = centre.tables["exits"].to_pandas().astype(str)
    withdrawn = exits[exits["superseded_on"].str.startswith("20")]
    snapshots = centre.tables["snapshots"].to_pandas().assign(as_of=lambda t: t["as_of"].astype(str))
    for leave in withdrawn.itertuples():
        months = snapshots.loc[snapshots["agent_id"] == leave.agent_id, "as_of"]
        assert months[months > leave.exit_date].min() == leave.superseded_on
    assert len(withdrawn) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rule_by_which_absence_counts_as_an_exit_is_printed(tmp_path: Path, language: str) -> None:
    centre = open_case(tmp_path, "14", site=f'{ABSENCE}\nabsence_exit_type = "voluntary"')
    (sentence,) = (note[language] for note in centre.assumptions if "exits_from" in note["en"])
    assert "10 " in sentence
    assert "2 " in sentence
    assert "voluntary" in sentence
    line = centre.quality.set_index("rule").loc["noticed: derived from absence"]
    assert (line["table"], line["rows"]) == ("exits", 10)


def test_without_a_list_of_exits_all_fifteen_are_derived_from_absence(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "14", site=ABSENCE)
    declaration = folder / "pipelines" / "sources.toml"
    declaration.write_text(declaration.read_text(encoding="utf-8").split("[tables.exits]")[0], encoding="utf-8")
    centre, faults = examine(folder)
    assert centre is not None
    assert not any(fault.stops for fault in faults)
    assert centre.tables["exits"].filter(lambda t: t.superseded_on.isnull()).count().execute() == 15


def test_after_the_list_of_exits_ends_whoever_is_absent_to_the_end_is_named(tmp_path: Path) -> None:
    """Contacts are complete to May, and the list of exits to January."""
    centre = open_case(tmp_path, "26")
    assert set(centre.gone["agent_id"]) == {"E00009", "E00025", "E00033", "E00037", "E00045"}


def test_leavers_without_an_exit_are_named_once_their_absence_is_longer_than_is_usual(tmp_path: Path) -> None:
    """The list is declared complete: who was last seen in March is absent for two months, which may be leave."""
    centre = open_case(tmp_path, "26", site='exits_complete_to = "2026-05"')
    fault = gone_fault({f"{fault.table}.{fault.column} {fault.rule}": fault for fault in centre.faults})
    assert (fault.rows, fault.severity, fault.share) == (2, "labels", 2 / 12)
    last_seen = centre.gone.set_index("agent_id")["last_seen"].astype(str).to_dict()
    assert last_seen == {"E00025": "2026-02-25", "E00037": "2026-01-28"}


def test_a_feed_that_stops_for_a_site_makes_nobody_absent(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "26")
    keep_exits(folder, ["E00009", "E00025", "E00033", "E00037", "E00045"])
    contacts = pd.read_csv(folder / "data" / "contacts.csv", dtype=str)
    sites = pd.read_csv(folder / "data" / "agents.csv", dtype=str).set_index("agent_id")["site"]
    is_stopped = (contacts["agent_id"].map(sites) == "South") & (contacts["contact_date"] >= "2026-01-01")
    contacts[~is_stopped].to_csv(folder / "data" / "contacts.csv", index=False)
    centre, _ = examine(folder)
    assert centre is not None
    assert centre.gone.empty


def test_a_month_without_a_contact_is_named_as_a_gap(tmp_path: Path) -> None:
    (fault,) = open_case(tmp_path, "24").faults
    assert (fault.table, fault.rule, fault.severity) == ("contacts", "no rows in 2025-11", "features")
    assert fault.rows == 36
    assert in_language(fault.rule, "zh") == "2025-11 整月没有任何记录"


def test_features_of_windows_that_hold_the_gap_are_unknown_and_not_lower(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "24")
    features = build_features(past_of(centre, centre.tables), (WORKLOAD,)).to_pandas()
    known = features.groupby(features["as_of"].astype(str).str[:7])["workload_handling_seconds_3m"].count()
    assert known["2025-10":"2026-02"].tolist() == [36, 0, 0, 0, 33]


def gap_rules(folder: Path, keep: Callable[[pd.DataFrame], pd.Series]) -> list[str]:
    """Return the rules about a copy of case 26 whose contacts are thinned; `keep` says which stay."""
    copy_case(folder, "26")
    contacts = pd.read_csv(folder / "data" / "contacts.csv", dtype=str)
    sites = pd.read_csv(folder / "data" / "agents.csv", dtype=str).set_index("agent_id")["site"]
    kept = keep(contacts.assign(site=contacts["agent_id"].map(sites), month=contacts["contact_date"].str[:7]))
    contacts[kept].to_csv(folder / "data" / "contacts.csv", index=False)
    return [str(fault.rule) for fault in examine(folder)[1] if fault.table == "contacts"]


def test_a_gap_at_one_site_is_told_from_one_everywhere(tmp_path: Path) -> None:
    rules = gap_rules(tmp_path, lambda t: ~((t.site == "South") & t.month.isin(["2025-08", "2025-09"])))
    assert rules == ["no rows in 2025-08, 2025-09 at 1 of 2 sites"]


def test_a_feed_that_stops_at_one_site_is_named_although_others_go_on(tmp_path: Path) -> None:
    rules = gap_rules(tmp_path, lambda t: ~((t.site == "South") & (t.month >= "2026-04")))
    assert rules == ["no rows in 2026-04, 2026-05 at 1 of 2 sites"]


def test_few_agents_without_contacts_in_a_month_are_no_gap(tmp_path: Path) -> None:
    assert gap_rules(tmp_path, lambda t: ~((t.agent_id < "E00020") & (t.month == "2025-08"))) == []


def test_a_panel_without_a_list_of_exits_has_the_resignations_that_absence_shows(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "14", site=f'{ABSENCE}\nabsence_exit_type = "voluntary"')
    write_starter(folder)
    declaration = folder / "pipelines" / "sources.toml"
    declaration.write_text(declaration.read_text(encoding="utf-8").split("[tables.exits]")[0], encoding="utf-8")
    build_panel(folder, progress=silent)
    panel = pd.read_parquet(folder / "runs" / "panel.parquet").set_index("agent_id")
    labels = panel.loc["E00057", "resigned_within_1m"].tolist()
    assert labels == [0.0, 0.0, 1.0], "last seen at the end of March 2025"
    assert panel.groupby("agent_id")["resigned_within_1m"].max().sum() == 15


def test_where_agents_are_listed_absence_counts_once_it_is_longer_than_is_usual(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "26", site=ABSENCE)
    exits = centre.tables["exits"].to_pandas().astype(str).set_index("agent_id")
    derived = exits[exits["exit_type"] == "other"].sort_index()
    assert derived[["exit_date", "known_on"]].to_numpy().tolist() == [
        ["2026-02-26", "2026-05-31"],
        ["2026-01-29", "2026-04-30"],
    ]
