from __future__ import annotations

from attrition.features.registry import declared
from attrition.features.twins import SAME, topic


def test_windows_and_comparisons_with_peers_tell_the_fact_of_their_measure():
    names = ["workload_occupancy_1m", "workload_occupancy_3m", "workload_occupancy_3m_vs_peers"]
    assert {topic(name) for name in names} == {"workload_occupancy"}


def test_a_trend_is_another_fact_than_the_level():
    assert topic("quality_score_change_6m") != topic("quality_score_6m")


def test_every_declared_twin_is_a_measure_of_some_feature_and_stands_for_another():
    measures = {topic(name) for name in declared()} | set(SAME)
    without = {name for name in SAME if not any(known.startswith(name) for known in declared())}
    assert not without
    assert set(SAME.values()) <= measures - set(SAME)


def test_a_fact_is_one_levers_or_nobodys_and_never_both_cause_and_warning_sign():
    """Where twins have different levers, a line would promise that somebody can set what nobody can."""
    kinds: dict[str, set[tuple[str, bool]]] = {}
    for feature in declared().values():
        kinds.setdefault(topic(feature.name), set()).add((feature.lever, feature.is_symptom))
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}
