"""Names of agents go through one door: they are read for who asks, and no table of a centre has them."""

from __future__ import annotations

import re
from pathlib import Path

from attrition.data.people.names import names_of
from tests.data.sites import open_site, write_site
from tests.house.places import MODULES, REPOSITORY

AGENTS = """\
agent_id,hire_date,姓名
001,2025-01-06,王 小明
001,2025-06-02,王小明
002,2025-02-03,  Li   Na
1E5,2025-03-01,
"""
MAPPED = '[tables.agents.columns]\n"姓名" = "display_name"\n'


def test_names_are_those_of_the_agents_asked_for_in_their_last_employment(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"agents": AGENTS, "assignments": "", "exits": ""}, agents=MAPPED)
    assert names_of(site, ["001", "1E5", "9"]) == {"001": "王小明"}
    assert names_of(site, ["002"]) == {"002": "Li Na"}


def test_a_column_of_the_contract_s_name_needs_no_mapping(tmp_path: Path) -> None:
    site = write_site(tmp_path, {"agents": AGENTS.replace("姓名", "Display Name")})
    assert names_of(site, ["002"]) == {"002": "Li Na"}


def test_names_are_found_under_the_number_of_the_roster(tmp_path: Path) -> None:
    site = write_site(
        tmp_path, {"agents": AGENTS.replace("002", "2.0")}, agents='ids = { strip_suffix = ".0", width = 3 }\n' + MAPPED
    )
    assert names_of(site, ["002"]) == {"002": "Li Na"}


def test_a_site_that_maps_no_names_or_lost_its_table_has_none(tmp_path: Path) -> None:
    assert names_of(write_site(tmp_path / "a", {"agents": AGENTS}), ["001"]) == {}
    lost = write_site(tmp_path / "b", {"agents": AGENTS}, agents=MAPPED)
    (lost / "exports" / "agents.csv").unlink()
    assert names_of(lost, ["001"]) == {}


def test_no_table_of_a_centre_and_no_figure_about_it_has_names(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"agents": AGENTS}, agents=MAPPED)
    assert "display_name" not in centre.tables["agents"].columns
    assert not centre.coverage.astype(str).apply(lambda column: column.str.contains("display_name")).any(axis=None)


def test_one_module_reads_names() -> None:
    readers = {
        path.relative_to(REPOSITORY).as_posix()
        for path in MODULES
        if re.search(r"people\.names\b|\bNAME_COLUMNS\b|\bname_columns\b", path.read_text(encoding="utf-8"))
        and path.parent.name != "people"
    }
    assert readers == {
        "attrition/data/centre.py",
        "attrition/data/coverage.py",
        "attrition/data/rows/versioned.py",
        "attrition/steps/report_content.py",
    }
