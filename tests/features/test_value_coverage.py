"""A feature is promised where agents are found in its tables with a value, and not because a column has its name."""

from dataclasses import replace
from pathlib import Path

import ibis
import pandas as pd
import pytest

from attrition.data.centre import Centre
from attrition.data.tables import TABLES
from attrition.features.needs import NEEDS
from attrition.features.registry import FAMILIES, available_features, declared_features
from attrition.features.value_coverage import family_shares, needed, table_coverage
from tests.data.cases import open_case


def shares_of(centre: Centre, *tables: str) -> pd.DataFrame:
    assert centre.facts is not None
    return table_coverage(centre.facts, tables)


def test_logins_that_match_nobody_are_in_the_source_and_not_found(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "25")
    assert centre.facts is not None
    contacts = centre.facts.activity.mutate(agent_id=ibis.literal("acd-") + centre.facts.activity.agent_id)
    shares = table_coverage(replace(centre.facts, activity=contacts), ["contacts"])
    assert shares["covered"].sum() == 0
    families, by_feature = family_shares({"workload": {"talk": ("contacts",)}}, shares, ())
    assert by_feature["talk"] == 0
    assert (families["covered_share"] == 0).all()
    assert (families["supplied_share"] > 0.5).all()


def test_agents_who_are_found_count_by_site_and_year(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "25")
    shares = shares_of(centre, "contacts", "pay")
    assert set(shares["site"]) == {"North", "South"}
    assert set(shares["year"]) == {2025, 2026}
    pay = shares[shares["table"] == "pay"]
    assert pay["covered"].sum() == pay["agent_months"].sum()


def test_an_empty_column_is_no_value(tmp_path: Path) -> None:
    shares = shares_of(open_case(tmp_path, "25"), "contacts")
    needs = {"workload": {"hold": ("contacts.hold_seconds",), "talk": ("contacts.talk_seconds",)}}
    _, by_feature = family_shares(needs, shares, ["contacts.hold_seconds"])
    assert by_feature["hold"] == 0
    assert by_feature["talk"] > 0.5


def test_a_feature_of_the_calendar_needs_nothing() -> None:
    assert needed("context_month_of_year") == ()
    assert needed("pay_base_amount_vs_peers") == needed("pay_base_amount") == ("pay",)


def test_every_need_names_a_feature_a_table_and_a_column() -> None:
    assert set(NEEDS) <= set(declared_features(FAMILIES))
    for need in {need for needs in NEEDS.values() for need in needs}:
        table, _, column = need.partition(".")
        assert not column or column in TABLES[table].names


@pytest.fixture(scope="module")
def empty_tables() -> dict[str, object]:
    from attrition.data import engine

    con = engine.open_duckdb()
    types = {"text": "string", "number": "float64", "integer": "int64", "boolean": "boolean"}
    names = [name for name in TABLES if name not in ("snapshots", "audit_attributes", "identities")]
    return {
        name: con.create_table(
            name,
            schema={column.name: types.get(column.kind, column.kind) for column in TABLES[name].columns}
            | {"known_on": "date", "superseded_on": "date"},
        )
        for name in names
    }


@pytest.mark.parametrize("table", ["shifts", "contacts", "surveys"])
def test_without_a_table_exactly_the_features_that_need_it_are_gone(
    empty_tables: dict[str, object], table: str
) -> None:
    def features(tables: dict[str, object]) -> set[str]:
        from attrition.exposure.open_past import open_past

        past = open_past(tables, pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-29"))  # type: ignore[arg-type]
        return {name for members in available_features(past).values() for name in members}

    lost = features(empty_tables) - features({name: rows for name, rows in empty_tables.items() if name != table})
    assert lost == {name for name in lost | set(NEEDS) if table in {need.split(".")[0] for need in needed(name)}}


def test_people_of_no_site_count_like_any_others() -> None:
    shares = pd.DataFrame(
        {"table": "pay", "site": [None, None], "year": [2025, 2026], "agent_months": 10, "covered": 9, "supplied": 10}
    )
    families, by_feature = family_shares({"pay": {"level": ("pay",)}}, shares, ())
    assert by_feature["level"] == 0.9
    assert families["site"].isna().all()
    assert list(families["covered_share"]) == [0.9, 0.9]
