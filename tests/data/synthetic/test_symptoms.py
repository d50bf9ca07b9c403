"""The synthetic centre is confounded like a real one: symptoms, actions by risk, moves by performance, severity."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.data.synthetic.layout import make_layout
from attrition.data.synthetic.market import draw_market
from attrition.data.synthetic.simulate import SimulatedMonth, simulate_months


def steady_values(months: list[SimulatedMonth], *names: str) -> list[np.ndarray]:
    steady_seats = [
        simulated_month.seats["active"] & (simulated_month.seats["notice_share"] == 0) for simulated_month in months
    ]
    return [
        np.concatenate(
            [
                simulated_month.seats[name][is_steady]
                for simulated_month, is_steady in zip(months, steady_seats, strict=True)
            ]
        )
        for name in names
    ]


@pytest.mark.parametrize(("sign", "name"), [(1, "unplanned"), (1, "late"), (-1, "adherence"), (1, "wrap_share")])
def test_symptoms_are_correlated_with_the_latent_risk_but_not_strongly(
    months: list[SimulatedMonth], sign: int, name: str
) -> None:
    latent, symptom = steady_values(months, "latent", name)
    assert 0.03 < sign * np.corrcoef(latent, symptom)[0, 1] < 0.4


def test_retention_actions_go_to_agents_at_risk(months: list[SimulatedMonth]) -> None:
    latent, action, arm = steady_values(months, "latent", "action", "arm")
    assert latent[(action > 0) & (arm == 0)].mean() > latent[action == 0].mean() + 0.5


def test_the_share_of_retention_actions_is_as_declared_and_raises_go_to_agents_at_risk() -> None:
    layout = make_layout(200, 6, seed=4, last_month="2026-10", retention_share=0.05)
    months = list(simulate_months(layout, draw_market(layout)))[-24:]
    action, action_taken, latent = steady_values(months, "action", "action_taken", "latent")
    arm, _ = steady_values(months, "arm", "action")
    assert ((action > 0) & (arm == 0)).sum() == pytest.approx(0.05 * 200 * 24, rel=0.1)
    assert (action_taken == 1).sum() > 20
    assert latent[action_taken == 1].mean() > latent[action_taken == 0].mean() + 0.3


def test_home_working_goes_to_the_better_agents(months: list[SimulatedMonth]) -> None:
    ability, mode = steady_values(months, "ability", "mode")
    assert ability[mode > 0].mean() > ability[mode == 0].mean() + 0.1


def test_evaluators_differ_in_severity(months: list[SimulatedMonth]) -> None:
    rows = [simulated_month.evaluations for simulated_month in months]
    evaluator, score = (np.concatenate([row[name] for row in rows]) for name in ("evaluator", "score"))
    means = np.bincount(evaluator, score) / np.bincount(evaluator)
    assert means.max() - means.min() > 5


def test_dismissals_fall_on_low_quality(months: list[SimulatedMonth]) -> None:
    abilities_and_exits = [
        (simulated_month.seats["ability"], simulated_month.seats["exit_kind"] * simulated_month.seats["leaving"])
        for simulated_month in months
    ]
    ability, kind = (np.concatenate(column) for column in zip(*abilities_and_exits, strict=True))
    assert ability[kind == 2].mean() < ability[kind == 0].mean() - 0.3
    assert abs(ability[kind == 1].mean() - ability[kind == 0].mean()) < 0.4


def test_some_agents_are_rehired_after_leaving(months: list[SimulatedMonth]) -> None:
    rehired = 0
    for simulated_month in months:
        newcomers = simulated_month.seats["person"][simulated_month.seats["is_new"]]
        rehired += int((newcomers < len(simulated_month.persons["site"]) - len(newcomers)).sum())
    assert rehired >= 2
