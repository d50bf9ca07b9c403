"""Rows keep their numbers and types whatever shape they take, also those of a database."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from attrition.data.files.evidence import find_evidence
from attrition.data.sources import read
from tests.data.sites import faults_of, open_site, sorted_rows, write_site

PAY = "exports/pay.csv"


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    pay = "title,,\nagent_id,2025-05,2025-06,state\n001,4000,4100,ok\n002,4000,4100,no\n1E5,4000,many,ok\n"
    declared = (
        'only_where = { state = "ok" }\nwide = { columns = "month", name = "effective_date", value = "base_pay" }'
    )
    faults = faults_of(tmp_path, {"pay": pay}, pay=declared)
    evidence = find_evidence(tmp_path, read(tmp_path), faults)
    assert [place for places in evidence.places.values() for place in places] == [(PAY, 5)]


def test_a_parquet_file_keeps_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"agent_id": ["001", "002"], "2025-05": [1.375, None], "2025-06": [2.5, 3.0], "state": ["a", "b"]}
    )
    write_site(tmp_path, {})
    frame.to_parquet(tmp_path / "exports" / "pay.parquet")
    content = (tmp_path / "exports" / "pay.parquet").read_bytes()
    declared = 'path = "exports/pay.parquet"\nexcept_where = { state = "b" }\n'
    declared += 'wide = { columns = "month", name = "effective_date", value = "base_pay" }'
    centre = open_site(tmp_path, {"pay/pay.parquet": content}, pay=declared)
    assert sorted_rows(centre, "pay")["base_pay"].tolist() == [1.375, 2.5]


def test_rows_of_a_database_are_shaped_as_well(tmp_path: Path) -> None:
    import sqlite3

    write_site(tmp_path, {})
    with sqlite3.connect(tmp_path / "hr.db") as database:
        database.execute("create table pay (agent_id, state, m5, m6)")
        database.executemany(
            "insert into pay values (?, ?, ?, ?)", [("001", "ok", 1, None), ("", "ok", None, 2), ("002", "x", 1, 1)]
        )
    database.close()
    declared = (
        "url = \"sqlite:///hr.db\"\nquery = \"select agent_id, state, m5 as '2025-05', m6 as '2025-06' from pay\"\n"
    )
    declared += 'fill_down = ["agent_id"]\nonly_where = { state = "ok" }\n'
    declared += 'wide = { columns = "month", name = "effective_date", value = "base_pay" }'
    rows = sorted_rows(open_site(tmp_path, {"pay": ""}, pay=declared), "pay")
    assert rows["base_pay"].tolist() == [1, 2]
