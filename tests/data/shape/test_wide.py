"""Columns that are rows: one row for each cell that holds something, dated as its heading says."""

from __future__ import annotations

from pathlib import Path

from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows


def test_one_column_per_month_becomes_one_row_per_month(tmp_path: Path) -> None:
    pay = "agent_id,name,2025年5月,2025年6月\n001,a,4000,4100\n002,b,-,4200\n1E5,c,,n/a\n"
    wide = 'wide = { columns = "*年*月", name = "effective_date", value = "base_pay" }'
    centre = open_site(tmp_path, {"pay": pay}, pay=wide)
    rows = sorted_rows(centre, "pay")
    assert rows["effective_date"].astype(str).tolist() == ["2025-05-01", "2025-06-01", "2025-06-01"]
    assert rows["base_pay"].tolist() == [4000, 4100, 4200]
    counts = quality_rows(centre, "pay")
    assert (counts["rows read"], counts["set aside: empty cell of a column that is a row"]) == (6, 3)


def test_months_are_headings_in_any_usual_layout(tmp_path: Path) -> None:
    headings = ["2025-01", "2025.2", "202503", "Apr 2025", "May-25", "2025-06-01", "25年7月"]
    wide = 'wide = { columns = "month", name = "effective_date", value = "base_pay" }'
    pay = f"agent_id,remark,{','.join(headings)}\n001,x,1,2,3,4,5,6,7\n"
    rows = sorted_rows(open_site(tmp_path, {"pay": pay}, pay=wide), "pay")
    dates = rows["effective_date"].astype(str)
    assert dict(zip(dates, rows["base_pay"], strict=True)) == {f"2025-{month:02}-01": month for month in range(1, 8)}


def test_a_month_without_a_year_is_in_the_year_of_the_files_name(tmp_path: Path) -> None:
    files = {f"pay/pay_{year}.csv": f"agent_id,5月\n001,{year}\n" for year in (2024, 2025)}
    wide = 'path = "exports/pay_*.csv"\nwide = { columns = "month", name = "effective_date", value = "base_pay" }'
    rows = sorted_rows(open_site(tmp_path, files, pay=wide), "pay")
    assert rows["effective_date"].astype(str).tolist() == ["2024-05-01", "2025-05-01"]
    assert rows["base_pay"].tolist() == [2024, 2025]


def test_a_month_that_a_file_does_not_have_is_no_empty_cell(tmp_path: Path) -> None:
    files = {f"pay/pay_{year}.csv": f"agent_id,{year}-05,{year}-06\n001,1000,\n" for year in (2024, 2025)}
    wide = 'path = "exports/pay_*.csv"\nwide = { columns = "month", name = "effective_date", value = "base_pay" }'
    counts = quality_rows(open_site(tmp_path, files, pay=wide), "pay")
    assert (counts["rows read"], counts["set aside: empty cell of a column that is a row"]) == (4, 2)


def test_what_is_dated_within_a_month_is_not_known_before_its_end(tmp_path: Path) -> None:
    wide = 'wide = { columns = "month", name = "pay_date", value = "amount" }'
    centre = open_site(tmp_path, {"bonuses": "agent_id,2025-05\n001,100\n"}, bonuses=wide)
    assert sorted_rows(centre, "bonuses")["pay_date"].astype(str).tolist() == ["2025-05-31"]


def test_columns_that_are_no_months_keep_their_heading(tmp_path: Path) -> None:
    survey = "agent_id,survey_date,Q1,Q2\n001,2025-05-01,4,5\n"
    wide = 'wide = { columns = ["Q1", "Q2"], name = "item", value = "score" }'
    assert sorted_rows(open_site(tmp_path, {"surveys": survey}, surveys=wide), "surveys")["item"].tolist() == [
        "Q1",
        "Q2",
    ]


def test_a_listed_column_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    wide = 'wide = { columns = ["Q1", "Q20"], name = "item", value = "score" }'
    faults = faults_of(tmp_path, {"surveys": "agent_id,survey_date,Q1,Q2\n001,2025-05-01,4,5\n"}, surveys=wide)
    assert [(fault.rule, fault.advice) for fault in faults] == [
        ('no header "Q20", which wide.columns names', 'did you mean "Q2"?')
    ]


def test_a_pattern_of_columns_that_fits_nothing_is_refused(tmp_path: Path) -> None:
    wide = 'wide = { columns = "*年*月", name = "effective_date", value = "base_pay" }'
    faults = faults_of(tmp_path, {"pay": "agent_id,2025-05\n001,4000\n"}, pay=wide)
    assert [(fault.rule, fault.advice) for fault in faults] == [
        ("no heading fits wide.columns", "the file has: agent_id, 2025-05")
    ]


def test_two_tables_may_be_the_columns_of_one_wide_file(tmp_path: Path) -> None:
    wide = "工号,2025年5月,,2025年6月,\n,基本工资,绩效,基本工资,绩效\n001,4000,300,4100,\n"
    pay = 'path = "exports/w.csv"\nheading_rows = 2\n[tables.pay.columns]\n"工号" = "agent_id"\n[tables.pay.wide]\n'
    pay += 'columns = "*基本工资"\nname = "effective_date"\nvalue = "base_pay"\n'
    bonuses = pay.replace("基本工资", "绩效").replace("tables.pay", "tables.bonuses")
    bonuses = bonuses.replace("effective_date", "pay_date").replace("base_pay", "amount")
    centre = open_site(tmp_path, {"pay/w.csv": wide, "bonuses/w.csv": wide}, pay=pay, bonuses=bonuses)
    assert sorted_rows(centre, "pay")["base_pay"].tolist() == [4000, 4100]
    assert sorted_rows(centre, "bonuses")["amount"].tolist() == [300]
    assert not centre.quality["rule"].str.contains("columns not used").any()
