"""The declaration of a site's sources refuses what is not possible, with the nearest right spelling."""

from __future__ import annotations

from typing import Any

import pytest

from attrition.data.sources import Sources
from attrition.declared import parse
from attrition.errors import DeclarationError

SITE = {"name": "Foshan", "time_zone": "Asia/Shanghai", "currency": "CNY"}
FEATURE = {"family": "pay", "lever": "pay", "en": "monthly pay", "zh": "月薪", "unit": "money"}
PARTS = {"subject_en": "pay", "subject_zh": "月薪", "norm_en": "the market", "norm_zh": "市场"}


def sources_of(tables: dict[str, Any], **site: Any) -> Sources:
    return parse({"site": SITE | site, "tables": tables}, Sources, where="sources.toml")


def snapshots(name: str, header: str = "x", **declaration: Any) -> dict[str, Any]:
    return {"snapshots": {"path": "a.csv", "columns": {header: name}, "features": {name: FEATURE | declaration}}}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"exitz": {"path": "a.csv"}}, 'did you mean "exits"'),
        ({"exits": {"path": "a.csv", "columns": {"x": "exit_dat"}}}, 'did you mean "exit_date"'),
        ({"exits": {"path": "a.csv", "values": {"exittype": {"a": "b"}}}}, 'did you mean "exit_type"'),
        ({"exits": {"path": "a.csv", "url": "sqlite:///b"}}, "one of path, url and catalog"),
        ({"exits": {"path": "a.csv", "catalog": "hr.exits"}}, "one of path, url and catalog"),
        ({"exits": {"url": "sqlite:///b"}}, "a url needs a query"),
        ({"exits": {"path": "a.csv", "dates": ["dd/mm/yyyy"]}}, "is not a layout of dates"),
        ({"exits": {"path": "a.csv", "recording_delay_days": -1}}, "greater than or equal to 0"),
        ({"pay": {"path": "a.csv", "features": {"pay_x": FEATURE}}}, "only snapshots declare features"),
        ({"pay": {"path": "a.csv", "sheet": "2026"}}, "only workbooks have sheets"),
        ({"pay": {"path": "a.csv", "fil_down": ["x"]}}, 'did you mean "fill_down"'),
        ({"pay": {"path": "a.csv", "wide": {"columns": "month", "nam": "x", "value": "y"}}}, 'did you mean "name"'),
        ({"pay": {"path": "a.csv", "wide": {"columns": "month", "name": "x", "value": "base_pai"}}}, '"base_pay"'),
        ({"pay": {"path": "a.csv", "derive": {"effective_day": "{a}"}}}, 'did you mean "effective_date"'),
        ({"pay": {"path": "a.csv", "derive": {"effective_date": "2026"}}}, "names no heading"),
        ({"pay": {"path": "a.csv", "derive": {"effective_date": "{a}-{}"}}}, "braces without a heading"),
        ({"pay": {"path": "a.csv", "defaults": {"curency": "CNY"}}}, 'did you mean "currency"'),
        ({"pay": {"path": "a.csv", "from_file_name": {"effective_date": "monht"}}}, 'write "month"'),
        ({"pay": {"path": "a.csv", "from_file_name": {"effective_date": "(("}}}, "not a regular expression"),
        ({"pay": {"path": "a.csv", "sequence": "n", "duplicates": "last"}}, "either sequence or duplicates"),
        (
            {"pay": {"path": "a.csv", "columns": {"m": "effective_date"}, "derive": {"effective_date": "{y}"}}},
            "supplied twice",
        ),
        ({"pay": {"path": "a.csv", "constants": {"currency": "CNY"}, "defaults": {"currency": "CNY"}}}, "a constant"),
        ({"pay": {"url": "sqlite:///b", "query": "q", "from_file_name": {"currency": "(x)"}}}, "need a path"),
        (snapshots("pay_x", measure="days_since", event_en="the last raise"), "needs event_zh as well"),
        (snapshots("pay_x", measure="ratio_to_norm", unit="share", **PARTS), 'needs unit = "ratio"'),
    ],
)
def test_an_impossible_declaration_is_refused(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        sources_of(tables)


def test_a_site_without_a_real_time_zone_is_refused() -> None:
    with pytest.raises(DeclarationError, match="is not a time zone"):
        sources_of({"exits": {"path": "a.csv"}}, time_zone="Asia/Foshan")


@pytest.mark.parametrize(
    ("name", "header"),
    [("age", "Age"), ("context_code", "Gender"), ("context_code", "性别"), ("tenure_birth_year", "x"),
     ("x_code", "民族"), ("context_marital_status", "x"), ("context_code", "UnionMember"), ("context_sick_days", "x")],
)  # fmt: skip
def test_a_protected_attribute_is_never_a_feature(name: str, header: str) -> None:
    with pytest.raises(DeclarationError, match="a protected or private attribute is never a feature"):
        sources_of(snapshots(name, header))


@pytest.mark.parametrize("header", ["LastWorkingDate", "exit_date", "离职日期", "Resignation Reason"])
def test_what_is_recorded_only_of_leavers_is_never_a_feature(header: str) -> None:
    with pytest.raises(DeclarationError, match="it is known only because someone leaves"):
        sources_of(snapshots("tenure_code", header))


@pytest.mark.parametrize(
    "name", ["workload_average_calls", "team_manager_span", "quality_language_score", "context_stage", "pay_percentage"]
)
def test_a_harmless_name_that_holds_a_forbidden_word_passes(name: str) -> None:
    assert sources_of(snapshots(name)).tables["snapshots"].features[name].family == "pay"


def test_the_meaning_of_a_feature_is_read_for_protected_attributes_too() -> None:
    with pytest.raises(DeclarationError, match="protected"):
        sources_of(snapshots("tenure_code", zh="年龄段"))


def test_errors_never_show_a_password() -> None:
    sources = sources_of({"exits": {"url": "postgresql://me:secret@host/hr", "query": "select 1"}})
    assert sources.tables["exits"].source_name == "postgresql://host/hr"
