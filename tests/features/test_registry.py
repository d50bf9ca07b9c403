"""Every feature of every family says what it is, in two languages, and nothing undeclared is ever built."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields

import ibis
import pandas as pd
import pytest

from attrition.data.forbidden import forbidden_reason
from attrition.data.terms import FAMILY_NAMES, LEVERS, PARTS
from attrition.exposure.open_past import open_past
from attrition.features.declare import PEER_SUFFIX, Family, Feature
from attrition.features.registry import FAMILIES, build_features, declared_features
from tests.features.built import feature_rows
from tests.text_tables import tables

KNOWN = declared_features()
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


def of(name: str, **fields: object) -> Feature:
    return Feature(**{"name": name, "family": "pay", "lever": "pay", "en": "x", "zh": "x", "unit": "count"} | fields)


def test_there_are_at_least_ninety_features_before_comparisons_with_peers() -> None:
    assert sum(not name.endswith(PEER_SUFFIX) for name in KNOWN) >= 90


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


@pytest.mark.parametrize("feature", [feature for feature in FEATURES if not feature.compared], ids=lambda one: one.name)
def test_a_feature_has_the_parts_of_its_phrase_that_its_measure_needs_and_no_others(feature: Feature) -> None:
    needed = {f"{part}_{language}" for part in PARTS.get(feature.measure, ()) for language in ("en", "zh")}
    parts = [field.name for field in fields(Feature) if field.name.startswith(("subject_", "norm_", "event_"))]
    assert {name for name in parts if getattr(feature, name)} == needed
    assert feature.measure != "difference_from_peers"


def test_a_window_and_a_comparison_with_peers_are_no_topics_of_their_own() -> None:
    assert [feature.topic for feature in FEATURES if re.search(r"_\d+m$", feature.topic)] == []
    assert {
        KNOWN[f"workload_{name}"].topic for name in ("occupancy_1m", "occupancy_3m_vs_peers", "utilisation_3m")
    } == {"workload_occupancy"}
    assert all(feature.topic == KNOWN[feature.compared].topic for feature in FEATURES if feature.compared)


def test_a_change_is_another_topic_than_the_level() -> None:
    levels = {feature.topic for feature in FEATURES if feature.measure not in ("change", "difference_from_peers")}
    assert not levels & {feature.topic for feature in FEATURES if feature.measure == "change"}


def test_a_topic_is_named_after_one_of_its_features() -> None:
    for topic in {feature.topic for feature in FEATURES}:
        assert any(feature.topic == topic and feature.name.startswith(topic) for feature in FEATURES), topic


def test_a_topic_has_one_lever_and_is_never_both_cause_and_warning_sign() -> None:
    """Where features of one topic have different levers, a line would promise that somebody can set what nobody can."""
    levers: dict[str, set[tuple[str, bool]]] = {}
    for feature in FEATURES:
        levers.setdefault(feature.topic, set()).add((feature.lever, feature.is_symptom))
    assert {topic: pairs for topic, pairs in levers.items() if len(pairs) > 1} == {}


def test_a_declaration_read_back_from_json_is_the_same() -> None:
    assert [Feature(**json.loads(json.dumps(asdict(feature)))) for feature in FEATURES] == FEATURES


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
    with pytest.raises(LookupError, match="no family declares: x"):
        build_features(past, [rogue])


def family_of_a(*features: Feature) -> Family:
    """A family that knows agent A only."""

    def say(past):
        mine = past.months.filter(past.months.agent_id == "A")
        yield mine.select("agent_id", "as_of", _step=1, **{feature.name: 7 for feature in features})

    return Family(name="pay", features=features, build=say)


def test_where_no_row_means_that_nothing_happened_it_says_zero_and_elsewhere_nothing() -> None:
    family = family_of_a(of("pay_zero", absence="zero"), of("pay_unknown"))
    rows = feature_rows(family, first="2026-01-31", last="2026-01-31", **DRAWN)
    assert rows["pay_zero"].tolist() == [7, 0]
    assert rows["pay_unknown"].isna().tolist() == [False, True]
    assert "_step" not in rows


def test_every_agent_month_has_one_row_and_a_compared_feature_its_comparison() -> None:
    rows = feature_rows(family_of_a(of("pay_x", peers=True)), first="2025-12-31", last="2026-02-28", **DRAWN)
    assert len(rows) == rows.index.nunique() == 6
    assert "pay_x_vs_peers" in rows
    assert declared_features([family_of_a(of("pay_x", peers=True))])["pay_x_vs_peers"].en == "x, against peers"


def test_a_bare_centre_has_what_its_two_tables_can_tell() -> None:
    rows = feature_rows(*FAMILIES, first="2025-12-31", last="2026-02-28", **DRAWN)
    assert {"tenure_days", "team_size_count", "context_month_of_year"} <= set(rows)
    assert not [name for name in rows if name.startswith(("pay_", "workload_", "quality_"))]
