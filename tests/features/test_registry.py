"""Every feature of every family says what it is, in two languages, and nothing undeclared is ever built."""

from __future__ import annotations

import re

import ibis
import pandas as pd
import pytest

from attrition.data.forbidden import forbidden_reason
from attrition.exposure.opening import open_past
from attrition.features.declare import FAMILIES as FAMILY_NAMES
from attrition.features.declare import LEVERS, Family, Feature
from attrition.features.registry import FAMILIES, build, declared
from tests.drawn import tables
from tests.features.told import told

KNOWN = declared()
FEATURES = list(KNOWN.values())
AGENTS = """
agent_id | hire_date
A        | 2025-01-01
B        | 2025-02-01
"""
POSTS = """
agent_id | effective_date | team_id
A        | 2025-01-01     | T
"""
NO_EXITS = "agent_id | exit_date | exit_type"
DRAWN = {"agents": AGENTS, "assignments": POSTS, "exits": NO_EXITS}


def of(name: str, **said: object) -> Feature:
    return Feature(**{"name": name, "family": "pay", "lever": "pay", "en": "x", "zh": "x", "unit": "count"} | said)


def test_there_are_at_least_ninety_features_before_comparisons_with_peers() -> None:
    assert sum(not name.endswith("_vs_peers") for name in KNOWN) >= 90


def test_no_name_is_given_twice() -> None:
    names = [feature.name for family in FAMILIES for feature in family.features]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_declares_features_of_its_own_name(family: Family) -> None:
    assert family.name in FAMILY_NAMES
    assert {feature.family for feature in family.features} == {family.name}
    assert all(feature.name.startswith(f"{family.name}_") for feature in family.features)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_declares_itself_in_both_languages(feature: Feature) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", feature.name)
    assert feature.lever in LEVERS
    assert feature.direction in (-1, 0, 1)
    assert re.search(r"[\u4e00-\u9fff]", feature.zh)
    assert re.fullmatch(r"[A-Za-z0-9 ,.;()'%-]+", feature.en)
    assert feature.en[0].islower() or feature.en.startswith("QA")
    assert not feature.en.endswith(".")


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_nothing_protected_and_no_leak_is_a_feature(feature: Feature) -> None:
    assert forbidden_reason(feature.name, feature.en, feature.zh) is None


def test_a_symptom_has_no_lever() -> None:
    assert {feature.lever for feature in FEATURES if feature.is_symptom} == {"none"}


def test_no_two_features_say_the_same() -> None:
    for language in ("en", "zh"):
        said = pd.Series([getattr(feature, language) for feature in FEATURES])
        assert said[said.duplicated()].tolist() == []


def test_a_category_is_never_compared_nor_constrained_nor_zero() -> None:
    words = [feature for feature in FEATURES if feature.is_category]
    assert {(feature.peers, feature.direction, feature.absence) for feature in words} == {(False, 0, "unknown")}


def test_a_feature_that_nobody_declared_is_refused(con: ibis.BaseBackend) -> None:
    rogue = Family(name="pay", features=(), build=lambda past: iter([past.months.select("agent_id", "as_of", x=1)]))
    past = open_past(tables(con, **DRAWN), pd.Timestamp("2026-01-31"), pd.Timestamp("2026-01-31"))
    with pytest.raises(LookupError, match="nobody declared: x"):
        build(past, [rogue])


def family_of_a(*features: Feature) -> Family:
    """A family that knows agent A only."""

    def say(past):
        mine = past.months.filter(past.months.agent_id == "A")
        yield mine.select("agent_id", "as_of", _step=1, **{feature.name: 7 for feature in features})

    return Family(name="pay", features=features, build=say)


def test_where_no_row_means_that_nothing_happened_it_says_zero_and_elsewhere_nothing() -> None:
    family = family_of_a(of("pay_zero", absence="zero"), of("pay_unknown"))
    rows = told(family, first="2026-01-31", last="2026-01-31", **DRAWN)
    assert rows["pay_zero"].tolist() == [7, 0]
    assert rows["pay_unknown"].isna().tolist() == [False, True]
    assert "_step" not in rows


def test_every_agent_month_has_one_row_and_a_compared_feature_its_comparison() -> None:
    rows = told(family_of_a(of("pay_x", peers=True)), first="2025-12-31", last="2026-02-28", **DRAWN)
    assert len(rows) == rows.index.nunique() == 6
    assert "pay_x_vs_peers" in rows
    assert declared([family_of_a(of("pay_x", peers=True))])["pay_x_vs_peers"].en == "x, against peers"


def test_a_bare_centre_has_what_its_two_tables_can_tell() -> None:
    rows = told(*FAMILIES, first="2025-12-31", last="2026-02-28", **DRAWN)
    assert {"tenure_days", "team_size_count", "context_month_of_year"} <= set(rows)
    assert not [name for name in rows if name.startswith(("pay_", "workload_", "quality_"))]
