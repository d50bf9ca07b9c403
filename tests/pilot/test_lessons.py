from datetime import date

import pytest

from attrition.errors import DeclarationError
from attrition.pilot.cox import HazardRatio
from attrition.pilot.lessons import (
    FILE,
    EffectEstimate,
    Lesson,
    PilotHistory,
    from_log_ratio,
    full_effect,
    posterior,
    read_history,
    write_history,
)
from attrition.predict.playbook import read_playbook
from tests.predict.example_playbook import write_playbook
from tests.predict.linear_risk import FEATURES

PRIOR = EffectEstimate(hazard_ratio=0.9, low=0.8, high=0.98)


def lesson(pilot: str = "talks", estimate: EffectEstimate | None = None, intervention: str = "talk_first") -> Lesson:
    estimate = from_log_ratio(-0.5, 0.2) if estimate is None else estimate
    columns = {"pilot": pilot, "intervention": intervention, "read_as_of": date(2026, 10, 31), "grade": "randomised"}
    return Lesson(**columns, estimate=estimate, prior=PRIOR, posterior=posterior(PRIOR, [estimate]))


def test_the_surer_of_two_counts_more():
    result = posterior(from_log_ratio(-0.1, 0.1), [from_log_ratio(-0.7, 0.2)])
    assert result.error == pytest.approx((1 / (100 + 25)) ** 0.5)
    assert result.hazard_ratio == pytest.approx(2.718281828 ** -((0.1 * 100 + 0.7 * 25) / 125))


def test_two_pilots_teach_the_same_in_either_order():
    one, other = from_log_ratio(-0.5, 0.2), from_log_ratio(0.1, 0.3)
    assert posterior(PRIOR, [one, other]).error == pytest.approx(posterior(posterior(PRIOR, [other]), [one]).error)


def test_an_effect_that_begins_later_is_spread_over_the_months_it_had():
    result = HazardRatio(0.9, 0.7, 1.1, 0.1, 30, 40)
    assert full_effect(result, months=6, months_to_effect=3).error == pytest.approx(0.2)
    assert full_effect(result, months=6, months_to_effect=6) is None


def test_an_arm_without_resignations_teaches_nothing():
    assert full_effect(HazardRatio(0.0, 0.0, 0.8, float("nan"), 0, 9), months=6, months_to_effect=0) is None


def test_what_was_learned_is_read_back_as_it_was_kept(tmp_path):
    result = PilotHistory(lessons=(lesson("a"), lesson("b")))
    write_history(tmp_path, result)
    assert read_history(tmp_path) == result


def test_a_pilot_that_is_read_again_takes_its_old_place(tmp_path):
    result = PilotHistory(lessons=(lesson("a"), lesson("b"))).with_lesson(lesson("a", from_log_ratio(0.0, 0.1)))
    assert [item.pilot for item in result.lessons] == ["a", "b"]
    assert result.before_pilot("b").lessons == result.lessons[:1]


def test_the_playbook_takes_the_posterior_and_names_the_pilot(tmp_path):
    playbook = read_playbook(write_playbook(tmp_path), features=FEATURES)
    result = playbook.updated_by(PilotHistory(lessons=(lesson(),)))["talk_first"].evidence
    assert result.low < result.hazard_ratio < playbook["talk_first"].evidence.hazard_ratio
    assert (result.grade, "talks" in result.source) == ("randomised", True)
    assert playbook.updated_by(PilotHistory())["talk_first"] == playbook["talk_first"]


def test_harm_counts_as_no_effect_in_the_playbook(tmp_path):
    playbook = read_playbook(write_playbook(tmp_path), features=FEATURES)
    result = playbook.updated_by(PilotHistory(lessons=(lesson(estimate=from_log_ratio(0.8, 0.05)),)))[
        "talk_first"
    ].evidence
    assert (result.hazard_ratio, result.high) == (1.0, 1.0)


def test_a_lesson_about_nothing_that_is_known_stops_the_check(tmp_path):
    playbook = read_playbook(write_playbook(tmp_path), features=FEATURES)
    with pytest.raises(DeclarationError, match=r'talk_frist.*did you mean "talk_first"'):
        playbook.updated_by(PilotHistory(lessons=(lesson(intervention="talk_frist"),)))


def test_an_edited_history_that_cannot_be_is_refused(tmp_path):
    write_history(tmp_path, PilotHistory(lessons=(lesson(),)))
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text + text.split("\n\n", 1)[1], encoding="utf-8")
    with pytest.raises(DeclarationError, match="is listed twice"):
        read_history(tmp_path)
