"""The confounds a centre must hold, or it flatters: symptoms, choices made by risk and by performance, severity."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.data.synthetic.market import market
from attrition.data.synthetic.plan import plan
from attrition.data.synthetic.simulate import Lived, lived


def gathered(story: list[Lived], *names: str) -> list[np.ndarray]:
    steady = [month.seats["active"] & (month.seats["notice_share"] == 0) for month in story]
    return [
        np.concatenate([month.seats[name][there] for month, there in zip(story, steady, strict=True)]) for name in names
    ]


@pytest.mark.parametrize(("sign", "name"), [(1, "unplanned"), (1, "late"), (-1, "adherence"), (1, "wrap_share")])
def test_symptoms_follow_the_risk_that_is_there_and_do_not_tell_it_all(
    story: list[Lived], sign: int, name: str
) -> None:
    latent, symptom = gathered(story, "latent", name)
    assert 0.03 < sign * np.corrcoef(latent, symptom)[0, 1] < 0.4


def test_help_goes_to_those_thought_at_risk(story: list[Lived]) -> None:
    latent, helped, arm = gathered(story, "latent", "help", "arm")
    assert latent[(helped > 0) & (arm == 0)].mean() > latent[helped == 0].mean() + 0.5


def test_as_many_are_kept_as_is_asked_and_those_raised_are_at_risk() -> None:
    layout = plan(200, 6, seed=4, last_month="2026-10", retention_share=0.05)
    months = list(lived(layout, market(layout)))[-24:]
    helped, raised, latent = gathered(months, "help", "kept_by", "latent")
    arm, _ = gathered(months, "arm", "help")
    assert ((helped > 0) & (arm == 0)).sum() == pytest.approx(0.05 * 200 * 24, rel=0.1)
    assert (raised == 1).sum() > 20
    assert latent[raised == 1].mean() > latent[raised == 0].mean() + 0.3


def test_home_working_goes_to_the_better_agents(story: list[Lived]) -> None:
    ability, mode = gathered(story, "ability", "mode")
    assert ability[mode > 0].mean() > ability[mode == 0].mean() + 0.1


def test_evaluators_differ_in_severity(story: list[Lived]) -> None:
    rows = [month.evaluations for month in story]
    evaluator, score = (np.concatenate([row[name] for row in rows]) for name in ("evaluator", "score"))
    means = np.bincount(evaluator, score) / np.bincount(evaluator)
    assert means.max() - means.min() > 5


def test_dismissals_fall_on_low_quality(story: list[Lived]) -> None:
    standing = [(month.seats["ability"], month.seats["exit_kind"] * month.seats["leaving"]) for month in story]
    ability, kind = (np.concatenate(column) for column in zip(*standing, strict=True))
    assert ability[kind == 2].mean() < ability[kind == 0].mean() - 0.3
    assert abs(ability[kind == 1].mean() - ability[kind == 0].mean()) < 0.4


def test_somebody_comes_back_after_leaving(story: list[Lived]) -> None:
    back = 0
    for month in story:
        newcomers = month.seats["person"][month.seats["is_new"]]
        back += int((newcomers < len(month.persons["site"]) - len(newcomers)).sum())
    assert back >= 2
