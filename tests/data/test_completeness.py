from pathlib import Path

import ibis
import pandas as pd

from attrition.data.centre import inspect
from attrition.data.completeness import count_contents, filled_shares
from attrition.data.people.protection import PEOPLE
from tests.data.sites import VALID, write_site
from tests.text_tables import tables


def test_the_share_of_rows_with_a_value_is_measured_by_column(con: ibis.BaseBackend) -> None:
    pay = tables(
        con,
        pay="""
        agent_id | effective_date | base_pay | currency
        a        | 2026-01-01     | 4000     | CNY
        a        | 2026-06-01     | 4200     |
        b        | 2026-01-01     | 4100     |
        b        | 2026-06-01     | 4300     |
        """,
    )
    shares = filled_shares(count_contents(pay)).set_index("column")["filled_share"]
    assert shares.to_dict() == {"agent_id": 1.0, "effective_date": 1.0, "base_pay": 1.0, "currency": 0.25}


def test_a_table_without_rows_is_left_out(con: ibis.BaseBackend) -> None:
    empty = ibis.memtable({"agent_id": ["a"]}).limit(0)
    assert filled_shares(count_contents({"pay": con.create_table("empty", empty)})).empty


def test_of_several_versions_the_newest_counts(con: ibis.BaseBackend) -> None:
    rows = pd.DataFrame({"repeats": [None, 2.0], "superseded_on": pd.to_datetime(["2026-01-08", None])})
    shares = filled_shares(count_contents({"contacts": con.create_table("versions", rows)}))
    assert shares[["column", "filled_share"]].to_numpy().tolist() == [["repeats", 1.0]]


def test_categories_and_months_count_every_version(con: ibis.BaseBackend) -> None:
    rows = tables(
        con,
        shifts="""
        agent_id | shift_date | absence   | superseded_on
        a        | 2026-01-30 | none      | 2026-02-10
        a        | 2026-01-30 | unplanned |
        b        | 2026-02-01 | none      |
        b        |            |           |
        """,
    )
    contents = count_contents(rows)["shifts"]
    assert contents.categories == {"absence": {"none": 2, "unplanned": 1}}
    assert contents.months == {2026 * 12: 2, 2026 * 12 + 1: 1}
    assert (contents.newest, contents.filled["absence"], contents.filled["shift_date"]) == (3, 2, 2)


def test_a_view_before_pseudonyms_holds_what_the_table_with_pseudonyms_does(tmp_path: Path) -> None:
    shifts = pd.DataFrame({"agent_id": ["001", "002", "002"], "absence": ["none", None, "unplanned"]})
    shifts = shifts.assign(shift_date=pd.to_datetime(["2025-03-31", "2025-04-01", "2025-04-02"]).date)
    shifts = shifts.assign(scheduled_minutes=480.0, worked_minutes=[480.0, None, 0.0])
    exports = VALID | {"shifts/shifts.parquet": shifts.to_parquet(index=False)}
    workspace = write_site(tmp_path, exports, shifts='path = "exports/shifts.parquet"')
    (workspace / PEOPLE).write_text("pseudonyms = true\n", encoding="utf-8")
    centre, faults = inspect(workspace)
    assert centre is not None, [str(fault) for fault in faults]
    assert set(centre.before_pseudonyms) == {"shifts"}
    contents = count_contents(centre.tables, centre.before_pseudonyms)
    assert contents == count_contents(centre.tables)
    assert contents["shifts"].filled["worked_minutes"] == 2
    assert contents["shifts"].months == {2025 * 12 + 2: 1, 2025 * 12 + 3: 2}
