"""Columns are made of names, of other columns and of defaults."""

from __future__ import annotations

from pathlib import Path

from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows

PAY = "exports/pay.csv"


def test_empty_cells_take_the_default_and_are_counted(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay,currency\n"
    pay += "001,2025-01-06,4000,\n002,2025-02-03,4000,CNY\n1E5,2025-03-01,4000,-\n"
    centre = open_site(tmp_path, {"pay": pay}, pay='defaults = { currency = "CNY" }')
    assert sorted_rows(centre, "pay")["currency"].tolist() == ["CNY"] * 3
    assert quality_rows(centre, "pay")["repaired: empty cells with the declared value"] == 2


def test_a_default_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\n001,2025-01-06,4000\n"
    faults = faults_of(tmp_path, {"pay": pay}, pay='defaults = { currency = "CNY" }')
    assert [(fault.column, fault.rule) for fault in faults] == [("currency", "default of a column that is not there")]


def test_a_date_is_put_together_of_a_year_and_a_month(tmp_path: Path) -> None:
    pay = "agent_id,年,月,base_pay\n001,2025,5,4000\n002,2025,11,4100\n"
    centre = open_site(tmp_path, {"pay": pay}, pay='derive = { effective_date = "{年}-{月}-01" }')
    assert sorted_rows(centre, "pay")["effective_date"].astype(str).tolist() == ["2025-05-01", "2025-11-01"]
    assert not [rule for rule in quality_rows(centre, "pay") if "not used" in rule]


def test_the_month_and_the_site_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    files = {
        f"pay/roster_{site}_202505.csv": f"agent_id,base_pay\n{who},4000\n"
        for site, who in (("A", "001"), ("B", "002"))
    }
    declared = (
        'path = "exports/roster_*.csv"\nfrom_file_name = { effective_date = "month", change_reason = "roster_(.+?)_" }'
    )
    rows = sorted_rows(open_site(tmp_path, files, pay=declared), "pay")
    assert rows[["agent_id", "change_reason"]].to_numpy().tolist() == [["001", "A"], ["002", "B"]]
    assert rows["effective_date"].astype(str).unique().tolist() == ["2025-05-01"]


def test_a_name_without_a_month_is_refused(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path, {"pay": "agent_id,base_pay\n001,4000\n"}, pay='from_file_name = { effective_date = "month" }'
    )
    assert [(fault.file, fault.rule) for fault in faults] == [(PAY, "no single month in the name pay.csv")]
