"""The page of a check: a verdict, each fault once with its rows and what to change, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from attrition.data.causes import causes_of
from attrition.data.files.evidence import Evidence, Place, Word
from attrition.data.mapping import HEADINGS
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, QualityLine, quality_table
from attrition.data.terms import LANGUAGES
from attrition.errors import Fault
from attrition.report.advice import lines_to_paste
from attrition.report.check_causes import shown_causes
from attrition.report.check_inputs import CheckInputs
from attrition.report.check_page import check_page
from attrition.report.check_workbook import write_check_workbook
from attrition.report.formatter import Formatter
from attrition.report.translations import translations
from tests.report.test_pages import outline


def fault(file: str = "exits.csv", **parts: object) -> Fault:
    values = {"table": "exits", "column": "exit_date", "rule": Phrase("ambiguous date", "日期有歧义"), "rows": 3}
    values |= {"advice": Phrase("declare its layout", "请声明日期格式"), "check": "ambiguous"}
    return Fault(file=file, **(values | parts))  # type: ignore[arg-type]


def inputs(*faults: Fault, **parts: object) -> CheckInputs:
    values = {
        "site": "Foshan",
        "mode": "banded",
        "causes": causes_of(faults),
        "evidence": Evidence(),
        "tables": pd.DataFrame({"table": ["exits"], "source": ["exports/exits.csv"]}),
        "not_supplied": ["pay", "surveys"],
    }
    return CheckInputs(**(values | parts))  # type: ignore[arg-type]


def opened(*faults: Fault, **parts: object) -> CheckInputs:
    tables = pd.DataFrame({"table": ["exits"], "source": ["exports/exits.csv"], "rows": [1200], "agents": [900]})
    tables = tables.assign(first=[date(2024, 1, 2)], last=[date(2026, 10, 30)])
    features = {"pay": ["pay_base_level"], "tenure": ["tenure_days", "tenure_stage"]}
    quality = quality_table([QualityLine(table="exits", rule=NOTICED + Phrase("odd", "异常"), rows=2)])
    values = {"tables": tables, "features": features, "quality": quality, "data_ends": date(2026, 10, 31)}
    return inputs(*faults, **(values | parts))


def words_of(made: CheckInputs, lang: str = "en") -> str:
    return " ".join(" ".join(outline(check_page(made, lang)).words).split())


def test_a_fault_that_stops_is_the_verdict() -> None:
    words = words_of(inputs(fault(), fault(severity="labels", column="exit_type")))
    assert "No panel can be built, and so no report. Faults that stop it: 1;" in words
    assert "levels of risk: 1; that cost features: 0." in words


def test_faults_that_do_not_stop_leave_a_panel() -> None:
    words = words_of(opened(fault(severity="features")))
    assert (
        "The panel can be built. Faults that change labels, rates or levels of risk: 0; that cost features: 1." in words
    )
    assert "Stops everything" not in words


def test_without_faults_the_panel_can_be_built() -> None:
    words = words_of(opened())
    assert "The panel can be built, and no fault was found in the tables." in words
    assert "Features this site can have: 3" in words
    assert "Not supplied: pay, surveys." in words


def test_thirty_files_with_the_same_fault_are_one_that_lists_them() -> None:
    page = check_page(inputs(*(fault(f"exits-{n:02}.csv") for n in range(30))), "en")
    assert page.count('<article class="cause"') == 1
    assert page.count("<li><code>exits-") == 30
    assert "rows: 90" in page


def test_the_first_rows_are_shown_and_the_workbook_has_all(tmp_path: Path) -> None:
    places = [Place("exits.csv", number) for number in range(2, 40)]
    made = inputs(fault(), evidence=Evidence(places={("exits", "exit_date", "ambiguous"): places}, rows={"exits": 30}))
    assert "2, 3, 4, 5" in words_of(made)
    assert "20, 21 and 18 more in check.xlsx, sheet “1 exits exit_date”" in words_of(made)
    assert "rows: 3 (10% of the table)" in words_of(made)
    write_check_workbook(made, "en", tmp_path / "check.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "check.xlsx")["1 exits exit_date"]
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert rows[0] == ("exits.csv", 2, "exit_date")
    assert len(rows) == 38


def test_what_a_fault_counts_is_called_rows_only_where_rows_were_checked() -> None:
    agents = fault(check="", rows=28, share=0.45, rule="agents who are gone without an exit")
    assert "How many 28 (45%) For your report" in words_of(inputs(agents))


def test_a_table_without_days_shows_none() -> None:
    tables = pd.DataFrame({"table": ["audit_attributes"], "source": ["a.csv"], "rows": [3], "agents": [3]})
    assert "None" not in words_of(opened(tables=tables.assign(first=[None], last=[None])))


def test_the_overview_of_the_workbook_lists_faults_without_rows_too(tmp_path: Path) -> None:
    made = inputs(fault(rows=None, rule=Phrase("missing column", "缺少列"), check=HEADINGS))
    write_check_workbook(made, "zh", tmp_path / "check.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "check.xlsx")
    assert workbook.sheetnames == ["概览"]
    assert workbook["概览"]["E6"].value == "缺少列"


def test_rows_that_reading_already_numbered_are_shown() -> None:
    assert "as Excel shows them 7, 9" in words_of(inputs(fault(check="", row_numbers=(7, 9))))


def test_words_are_counted_with_lines_to_map_them() -> None:
    found = {("exits", "exit_type"): [Word('resigned "x"', 5), Word("转岗", 2)]}
    [cause] = shown_causes(
        inputs(fault(column="exit_type", check="not allowed"), evidence=Evidence(words=found)),
        Formatter(translations("en"), ""),
    )
    assert cause.paste == '[tables.exits.values.exit_type]\n"resigned \\"x\\"" = "…"\n"转岗" = "…"'
    assert cause.choices == "voluntary, involuntary, other"


def test_a_column_that_is_no_category_shows_no_words() -> None:
    made = inputs(fault(column="exit_type", check="not allowed"), evidence=Evidence(words={("exits", "exit_type"): []}))
    assert "many different or long texts, so none are shown" in words_of(made)


def test_all_headings_are_listed_and_a_first_row_of_values_is_not() -> None:
    lacking = fault(rows=None, check=HEADINGS)
    assert "Headings of exits.csv: 2 工号 离职日" in words_of(
        inputs(lacking, evidence=Evidence(headings={"exits.csv": ("工号", "离职日")}))
    )
    assert "it is no row of headings" in words_of(inputs(lacking, evidence=Evidence(headings={"exits.csv": ()})))


def test_an_effect_of_the_fault_itself_is_shown_instead_of_the_general_one() -> None:
    general = "Until it is mended there is no panel"
    assert general in words_of(inputs(fault()))
    assert general not in words_of(inputs(fault(effect=Phrase("Exits count twice.", "离职会重复计算。"))))


@pytest.mark.parametrize(
    ("advice", "lines"),
    [
        ('map its header: "…" = "exit_date" under [tables.exits.columns]', '[tables.exits.columns]\n"…" = "exit_date"'),
        ('declare data_ends = "2026-10" under [site]', '[site]\ndata_ends = "2026-10"'),
        ("add [[events]] with its date", ""),
        ('under [tables.exits]: dates = ["%d/%m/%Y"] or ["%m/%d/%Y"]', ""),
        ("correct the export", ""),
        ('fill it in; rows that are totals: only_with = ["hire_date"] under [tables.agents]', ""),
        ('请补全名单；若没有名单，请在 [site] 下声明 exits_from = "absence"', ""),
    ],
)
def test_lines_to_paste_stand_below_their_section_and_leave_out_choices(advice: str, lines: str) -> None:
    assert lines_to_paste(advice) == lines


def test_chinese_sentences_are_shown_to_a_chinese_site() -> None:
    words = words_of(opened(fault(severity="labels"), assumptions=[{"en": "assumed", "zh": "假定"}]), "zh")
    assert "影响标签、离职率或风险水平的问题：1个" in words
    assert "日期有歧义" in words
    assert "请声明日期格式" in words
    assert "已留意：异常" in words
    assert "假定" in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_loads_nothing_and_escapes_what_names_may_hold(lang: str) -> None:
    odd = '<script>alert("x")</script>'
    evil = fault(f"{odd}.csv", rule=odd, advice=f"{odd} `{odd}`", effect=odd)
    page = check_page(replace(inputs(evil), site=odd, evidence=Evidence(headings={f"{odd}.csv": (odd,)})), lang)
    parsed = outline(page)
    assert parsed.open == []
    assert page.count("<script>") == 1
    assert not [value for name, value in parsed.attributes if name in ("src", "href") and "//" in (value or "")]


def test_the_same_inputs_give_the_same_page() -> None:
    assert check_page(inputs(fault()), "en") == check_page(inputs(fault()), "en")
