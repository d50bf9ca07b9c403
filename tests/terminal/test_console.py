import errno
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from rich.console import Console

from attrition.data.causes import causes_of
from attrition.data.faults import contract_error
from attrition.data.phrase import Phrase
from attrition.errors import DeclarationError, Fault, MissingProduct
from attrition.steps.check import CheckResult
from attrition.steps.history import History
from attrition.terminal import console
from attrition.terminal.check_lines import check_lines
from attrition.terminal.fault_lines import fault_lines
from attrition.terminal.language import translated


def fault(table: str, column: str, rows: int | None = None, rule: str = "is not a date") -> Fault:
    return Fault(file=f"{table}.csv", table=table, column=column, rule=rule, rows=rows, advice="say its layout")


def test_faults_are_grouped_by_severity_the_worst_first() -> None:
    mild = replace(fault("pay", "base_pay", 1), severity="features")
    lines = fault_lines([mild, fault("exits", "exit_date", 3)])
    assert [line for line in lines if line and not line.startswith(" ")] == ["stops everything", "costs features"]
    assert "  exits.exit_date: is not a date (exits.csv, 3 rows)" in lines
    assert "  pay.base_pay: is not a date (pay.csv, 1 row)" in lines


def test_a_fault_without_a_column_concerns_the_whole_table() -> None:
    assert "  exits: is missing (exits.csv)" in fault_lines([fault("exits", "", rule="is missing")])


def test_the_same_fault_in_many_files_is_one_line() -> None:
    faults = [replace(fault("exits", "exit_date", 3), file=f"{month}.csv") for month in range(30)]
    assert [line for line in fault_lines(faults) if line.startswith("  exits")] == [
        "  exits.exit_date: is not a date (30 files, 90 rows)"
    ]


def test_what_to_change_is_left_out_of_a_list_longer_than_a_screen() -> None:
    few, many = ([fault("pay", f"column {n}") for n in range(count)] for count in (12, 13))
    assert fault_lines(few).count("      say its layout") == 12
    assert "      say its layout" not in fault_lines(many)


def test_sentences_of_faults_follow_the_language_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "zh")
    chinese = fault("exits", "exit_date", 3, rule=Phrase("is not a date", "不是日期"))
    assert "  exits.exit_date：不是日期（exits.csv，3行）" in map(translated, fault_lines([chinese]))


def test_faults_are_a_page_and_one_line_with_exit_code_2() -> None:
    page, line, code = console.describe_error(contract_error([fault("exits", "exit_date", 3)]))
    assert len(page) == 4
    assert line == "the input breaks the contract in 1 place"
    assert code == 2


@pytest.mark.parametrize(
    "error", [MissingProduct("the panel", "attrition panel"), DeclarationError("a.toml is not TOML")]
)
def test_an_error_the_user_can_correct_has_exit_code_2(error: Exception) -> None:
    assert console.describe_error(error) == ([], str(error), 2)


def test_an_error_of_the_program_shows_no_content() -> None:
    _, line, code = console.describe_error(KeyError("agent 00123"))
    assert "KeyError" in line
    assert "00123" not in line
    assert code == 1


def test_an_error_of_the_operating_system_names_the_file() -> None:
    _, line, code = console.describe_error(OSError(errno.ENOTBLK, "Block device required", "runs/panel.parquet"))
    assert line == "the operating system reports: Block device required (runs/panel.parquet)"
    assert code == 1


def test_a_disk_that_fails_is_named_with_what_to_do() -> None:
    _, line, code = console.describe_error(OSError(errno.EIO, "Input/output error", "runs/panel.parquet"))
    assert "the disk or network drive of runs/panel.parquet reports an error" in line
    assert "run the command again" in line
    assert code == 2


def test_stopping_has_its_own_exit_code() -> None:
    assert console.describe_error(KeyboardInterrupt())[2] == 130


def test_each_step_leaves_one_line_with_its_seconds() -> None:
    out = Console(record=True, width=80, force_terminal=False)
    with console.steps(out) as progress:
        progress("reading the tables")
        progress("making the panel")
    lines = [line.split() for line in out.export_text().splitlines() if line.strip()]
    assert [line[:3] for line in lines] == [["reading", "the", "tables"], ["making", "the", "panel"]]
    assert all(line[-1] == "s" for line in lines)


def test_a_step_that_failed_is_not_shown_as_done() -> None:
    out = Console(record=True, width=80, force_terminal=False)
    with pytest.raises(ZeroDivisionError), console.steps(out) as progress:
        progress("dividing")
        _ = 1 / 0
    assert "dividing" not in out.export_text()


def result(**parts: object) -> CheckResult:
    coverage = pd.DataFrame(
        {
            "table": ["exits", "pay"],
            "is_supplied": [True, False],
            "rows": [1200, 0],
            "agents": [900, 0],
            "first": [date(2024, 1, 2), None],
            "last": [date(2026, 10, 30), None],
        }
    )
    rules = ["rows read", "set aside: twice the same", "noticed: columns not used", "repaired: spaces"]
    quality = pd.DataFrame({"table": "exits", "rule": rules, "rows": [1200, 3, 0, 0], "share": [1.0, 0.0025, 0, 0]})
    quality["example_columns"] = ["", "", "Age, Gender", "reason"]
    filled = pd.DataFrame({"table": ["exits"], "column": ["reason"], "filled_share": [0.25]})
    values = {
        "causes": (),
        "language": "en",
        "coverage": coverage,
        "features": {"pay": [], "tenure": ["tenure_days", "tenure_stage"]},
        "filled": filled,
    }
    values |= {
        "quality": quality,
        "assumptions": ({"en": "exits are complete", "zh": "离职记录完整"},),
        "thin_column_share": 0.8,
        "products": [],
        "history": History(months=34, known_months=34, last=date(2026, 10, 31)),
    }
    return CheckResult(**(values | parts))  # type: ignore[arg-type]


def test_the_page_of_a_check_lists_supplied_tables_and_possible_features() -> None:
    page = [line.split() for line in check_lines(result())]
    assert ["exits", "1,200", "900", "2024-01-02", "2026-10-30"] in page
    assert ["not", "supplied:", "pay"] in page
    assert ["features", "this", "site", "can", "have:", "2"] in page
    assert ["tenure", "2"] in page


def test_the_page_of_a_check_lists_sparse_columns_repairs_and_assumptions() -> None:
    page = check_lines(result())
    assert "  exits.reason: 25%" in page
    assert "  exits: set aside: twice the same (3 rows), 0.2%" in page
    assert "  exits: noticed: columns not used: Age, Gender" in page
    assert "  exits are complete" in page
    assert not any("repaired" in line or "rows read" in line for line in page)


def test_the_page_of_a_check_leaves_out_sections_without_findings() -> None:
    page = check_lines(result(assumptions=(), thin_column_share=0.2))
    assert "assumed" not in page
    assert not any("filled in fewer" in line for line in page)


def test_the_page_of_a_check_begins_with_the_verdict_and_the_faults() -> None:
    odd = replace(fault("exits", "exit_date", 3, rule="twice the same"), severity="labels")
    page = check_lines(result(causes=tuple(causes_of([odd]))))
    assert page[1] == "the panel can be built; faults that change labels or rates: 1, that cost features: 0"
    assert page[3:5] == [
        "changes labels, rates or levels of risk",
        "  exits.exit_date: twice the same (exits.csv, 3 rows)",
    ]


def test_a_fault_is_not_repeated_among_what_was_noticed() -> None:
    odd = replace(fault("exits", "", rule="columns not used"), severity="features")
    page = check_lines(result(causes=tuple(causes_of([odd]))))
    assert not any("noticed" in line for line in page)
