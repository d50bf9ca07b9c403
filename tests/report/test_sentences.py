"""A driver's sentence holds the agent's value, the peers' and the unit."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from attrition.features import registry
from attrition.features.declare import Feature
from attrition.report.formatter import Formatter
from attrition.report.sentences import by_name, sentence
from attrition.report.translations import translations

EN, ZH = Formatter(translations("en"), "CNY"), Formatter(translations("zh"), "CNY")
NAN = float("nan")


def declared(name: str, unit: str, en: str, zh: str, **more: str) -> dict[str, Feature]:
    feature = Feature(name=name, family="pay", lever="pay", unit=unit, en=en, zh=zh, **more)  # type: ignore[arg-type]
    return by_name([feature, replace(feature, name=f"{name}_vs_peers", measure="difference_from_peers", compared=name)])


MARKET = declared(
    "pay_market_ratio", "ratio", "base pay against the local market", "基本工资与当地市场之比", measure="ratio_to_norm",
    subject_en="base pay", subject_zh="基本工资", norm_en="the local market", norm_zh="当地市场",
)  # fmt: skip
RAISE = declared(
    "pay_since_raise_days", "days", "days since the last raise", "距上次加薪天数", measure="days_since",
    event_en="the last raise", event_zh="上次加薪",
)  # fmt: skip
MODE = declared("team_work_mode", "category", "place of work", "工作方式")
BUSY = declared("workload_occupancy_3m", "share", "occupancy over three months", "近三个月座席占用率")
SLOPE = declared(
    "pay_change", "ratio", "change in base pay against the market", "基本工资与市场之比的变化", measure="change"
)


@pytest.mark.parametrize(
    ("features", "value", "peers", "en", "zh"),
    [
        (MARKET, 0.959, 1.003, "Base pay is 4.1% below the local market (peers: 0.3% above)",
         "基本工资比当地市场低4.1%（同类座席：高0.3%）"),
        (MARKET, 0.959, NAN, "Base pay is 4.1% below the local market", "基本工资比当地市场低4.1%"),
        (RAISE, 574.0, 240.0, "It is 574 days since the last raise (peers: 240 days)",
         "距上次加薪天数：574天（同类座席：240天）"),
        (BUSY, 0.94, 0.81, "Occupancy over three months is 94% (peers: 81%)",
         "近三个月座席占用率：94%（同类座席：81%）"),
        (BUSY, 0.94, 0.941, "Occupancy over three months is 94%, as among peers",
         "近三个月座席占用率：94%，与同类座席相同"),
        (BUSY, NAN, 0.81, "Occupancy over three months is not known (peers: 81%)",
         "近三个月座席占用率：未知（同类座席：81%）"),
        (SLOPE, -0.04, 0.01, "Change in base pay against the market is −4.0 points (peers: +1.0 points)",
         "基本工资与市场之比的变化：−4.0个百分点（同类座席：+1.0个百分点）"),
    ],
)  # fmt: skip
def test_a_number_is_set_beside_the_peers(
    features: dict[str, Feature], value: float, peers: float, en: str, zh: str
) -> None:
    row = {"feature": next(iter(features)), "value": value, "peer_value": peers}
    assert (sentence(row, features, EN), sentence(row, features, ZH)) == (en, zh)


def test_a_rate_that_is_declared_as_a_ratio_is_written_as_a_number() -> None:
    fatal = declared("quality_fatal_3m", "ratio", "fatal errors per evaluation", "每次质检致命性差错数")
    row = {"feature": "quality_fatal_3m", "value": 0.12, "peer_value": 0.05}
    assert sentence(row, fatal, EN) == "Fatal errors per evaluation is 0.12 (peers: 0.05)"


def test_a_difference_from_earlier_months_has_a_sign() -> None:
    fell = declared("quality_change_6m", "score", "this month's score minus that of six months", "本月与近六个月之差",
                    measure="change")  # fmt: skip
    row = {"feature": "quality_change_6m", "value": -4.2, "peer_value": 0.5}
    assert sentence(row, fell, ZH) == "本月与近六个月之差：−4.2分（同类座席：+0.5分）"


def test_a_category_is_set_beside_the_most_common_one() -> None:
    row = {"feature": "team_work_mode", "value": NAN, "category": "office", "peer_category": "home"}
    assert sentence(row, MODE, EN) == "Place of work is office (most peers: home)"
    assert sentence(row, MODE, ZH) == "工作方式：现场办公（多数同类座席：居家办公）"


def test_a_comparison_with_peers_says_how_far() -> None:
    row = {"feature": "workload_occupancy_3m_vs_peers", "value": 0.07, "peer_value": 0.0}
    assert sentence(row, BUSY, EN) == "Occupancy over three months is 7 points higher than among peers"
    assert sentence(row, BUSY, ZH) == "近三个月座席占用率：比同类座席高7个百分点"


def test_a_feature_nobody_declared_is_named_by_its_column() -> None:
    assert sentence({"feature": "own_index", "value": 3.0, "peer_value": 1.0}, {}, EN) == "Own_index is 3 (peers: 1)"


def test_a_span_since_an_event_and_a_time_are_longer_than_among_peers_and_not_higher():
    trained = declared("career_training_hours_6m", "hours", "training in six months", "近六个月培训时长")
    known = RAISE | trained
    since = {"feature": "pay_since_raise_days_vs_peers", "value": 242.0}
    hours = {"feature": "career_training_hours_6m_vs_peers", "value": -7.0}
    assert sentence(since, known, EN) == "It is 242 days more since the last raise than among peers"
    assert sentence(since, known, ZH) == "距上次加薪天数：比同类座席多242天"
    assert sentence(hours, known, EN) == "Training in six months is 7 hours less than among peers"
    assert sentence(hours, known, ZH) == "近六个月培训时长：比同类座席少7小时"


def test_a_score_has_its_unit_in_chinese():
    score = declared("quality_score_3m", "score", "mean quality score over three months", "近三个月质检平均分")
    row = {"feature": "quality_score_3m", "value": 81.0, "peer_value": 87.0}
    assert sentence(row, score, ZH) == "近三个月质检平均分：81分（同类座席：87分）"
    assert sentence(row, score, EN) == "Mean quality score over three months is 81 (peers: 87)"


def sentences(features: dict[str, Feature], formatter: Formatter) -> list[str]:
    """A sentence about every feature, where the agent has more than the peers, as much, and nothing known."""
    rows = [{"value": own, "peer_value": peers} for own, peers in ((1.3, 0.7), (1.0, 1.0), (NAN, 1.0))]
    return [sentence(row | {"feature": name}, features, formatter) for name in features for row in rows]


@pytest.mark.parametrize(("changed", "kept"), [("_en", ZH), ("_zh", EN)])
def test_the_words_of_one_language_are_changed_without_the_sentences_of_the_other(
    changed: str, kept: Formatter
) -> None:
    known = registry.declared_features()
    texts = [field.name for field in fields(Feature) if f"_{field.name}".endswith(changed)]
    other = {
        name: replace(feature, **dict.fromkeys((text for text in texts if getattr(feature, text)), "that against this"))
        for name, feature in known.items()
    }
    assert len(texts) == 4
    assert sentences(other, kept) == sentences(known, kept)
    assert sentences(other, EN if kept is ZH else ZH) != sentences(known, EN if kept is ZH else ZH)
