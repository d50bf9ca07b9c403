"""Every world is drawn from its seed alone, and its truth agrees with what happened in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from attrition.data.synthetic import departures, write_centre
from attrition.data.synthetic.frames import Frame, concat_rows
from attrition.data.synthetic.layout import make_layout
from attrition.data.synthetic.market import draw_market
from attrition.data.synthetic.records import exits
from attrition.data.synthetic.simulate import SimulatedMonth, simulate_months
from attrition.data.synthetic.truth import month_end_truth, oracle
from attrition.data.synthetic.worlds.catalogue import WORLDS, draw_world
from attrition.data.synthetic.worlds.reference import reference_state
from attrition.data.synthetic.worlds.shock import SHOCK_MONTH
from tests.everyday import some_every_day

FIRST_MONTH = 658  # the first of 24 months that end with October 2026


def simulate(name: str, *, seed: int, agents: int, months: int) -> list[SimulatedMonth]:
    world = draw_world(name, seed)
    layout = make_layout(agents, months, seed=seed, last_month="2026-10")
    market = draw_market(layout, growth_year=world.market_growth_year)
    return [m for m in simulate_months(layout, market, world) if m.month.number >= layout.first_month]


@pytest.fixture(scope="module", params=some_every_day(WORLDS, everyday=["thresholds", "shock", "hidden"]))
def months(request: pytest.FixtureRequest) -> list[SimulatedMonth]:
    return simulate(request.param, seed=1, agents=400, months=24)


@pytest.fixture(scope="module")
def at_risk(months: list[SimulatedMonth]) -> pd.DataFrame:
    """Every agent at risk at every month-end, with the true risks, and the resignation that followed."""
    rows = concat_rows([month_end_truth(simulated_month) for simulated_month in months])
    risks = oracle(rows, months[0].world, first_month=FIRST_MONTH)
    leavers = pd.DataFrame(concat_rows([exits(simulated_month) for simulated_month in months]))
    table = pd.DataFrame(rows).merge(leavers[["spell", "exit_kind", "notice_day"]], on="spell", how="left")
    total = table["hazard"] + table["competing_hazard"]
    return table.assign(
        in_force=-np.expm1(-total) * table["hazard"] / total,
        **{f"oracle_{horizon}": risk for horizon, risk in risks.items()},
    )


def in_force(at_risk: pd.DataFrame, horizon: int) -> pd.Series:
    """Return the sum of the monthly hazards in force over the months ahead in which an agent was still there."""
    by_month = at_risk.pivot(index="spell", columns="month", values="in_force").fillna(0).to_numpy()
    until = np.concatenate([np.zeros((len(by_month), 1)), by_month.cumsum(axis=1)], axis=1)
    spell = np.unique(at_risk["spell"], return_inverse=True)[1]
    month = (at_risk["month"] - at_risk["month"].min()).to_numpy()
    return pd.Series(until[spell, np.minimum(month + horizon, by_month.shape[1])] - until[spell, month])


def test_as_many_agents_resign_in_a_month_as_the_true_risks_say(at_risk: pd.DataFrame) -> None:
    rows = at_risk[at_risk["month"] < at_risk["month"].max()]
    resigned = (rows["exit_kind"] == departures.VOLUNTARY) & (rows["notice_day"] <= rows["day"] + 31)
    expected = rows["oracle_1"].sum()
    assert abs(resigned.sum() - expected) < 4 * np.sqrt(expected)


def test_true_risks_agree_with_the_hazards_that_were_in_force(
    months: list[SimulatedMonth], at_risk: pd.DataFrame
) -> None:
    assert np.allclose(at_risk["oracle_1"], at_risk["in_force"], rtol=1e-4)
    tolerance = 0.12 if months[0].world.persistence else 0.05  # a stated persistence is an approximation
    for horizon in (3, 6):
        is_mature = (at_risk["month"] <= at_risk["month"].max() + 1 - horizon).to_numpy()
        ratio = at_risk[f"oracle_{horizon}"][is_mature].mean() / in_force(at_risk, horizon)[is_mature].mean()
        assert abs(ratio - 1) < tolerance


def test_about_two_in_a_hundred_resign_a_month(months: list[SimulatedMonth], at_risk: pd.DataFrame) -> None:
    highest = 0.04 if months[0].world.name == "drifting_pay" else 0.032
    assert 0.012 < at_risk["in_force"].mean() < highest


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_seed_gives_the_same_centre(name: str) -> None:
    one, other = (simulate(name, seed=5, agents=30, months=2)[-1] for _ in range(2))
    for column, values in one.seats.items():
        assert np.array_equal(values, other.seats[column])
    assert np.array_equal(one.hazards[0], other.hazards[0])


def test_the_world_of_thresholds_is_what_it_was_before_there_were_others(tmp_path: Path) -> None:
    write_centre(tmp_path, agents=25, months=4, seed=2)
    truth = pd.read_parquet(tmp_path / "truth" / "agent_months.parquet")
    sizes = {name: len(pd.read_csv(tmp_path / f"{name}.csv")) for name in ("agents", "pay", "exits", "surveys")}
    assert sizes == {"agents": 30, "pay": 89, "exits": 6, "surveys": 0}
    assert len(truth) == 93
    assert truth[["hazard", "oracle_3m", "pay", "team"]].sum().tolist() == pytest.approx(
        [3.704986, 7.35108, 6.971408, -5.340796], rel=1e-5
    )
    assert pd.read_parquet(tmp_path / "qa_evaluations.parquet")["score"].sum() == pytest.approx(27300.2, rel=1e-6)


def test_a_world_without_a_name_of_the_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="the worlds are thresholds, smooth"):
        draw_world("swamp", 1)


@pytest.fixture(scope="module")
def state() -> Frame:
    return reference_state()


def change(name: str, state: Frame, **measures: float) -> np.ndarray:
    """Return by how much the log-hazard of every agent of the reference centre changes with some measures."""
    effects = draw_world(name, 1).effects
    changed = {measure: np.full(len(state["talks"]), value) for measure, value in measures.items()}
    return np.asarray(sum(effects(state | changed).values()) - sum(effects(state).values()))


def test_smooth_effects_are_straight(state: Frame) -> None:
    low, middle, high = (change("smooth", state, occupancy=value) for value in (0.78, 0.82, 0.86))
    assert np.allclose(high - middle, middle - low)
    assert (high > middle).all()


def test_a_burden_alone_drives_nobody_out_where_effects_need_two(state: Frame) -> None:
    alone = change("interactions", state, occupancy=0.95, talks=5.0) - change("interactions", state, talks=5.0)
    together = change("interactions", state, occupancy=0.95, talks=0.0) - change("interactions", state, talks=0.0)
    assert alone.mean() < 0.1 * together.mean()


def test_effects_reverse_with_tenure(state: Frame) -> None:
    by_tenure = [
        change("tenure_effects", state, weekend_share=0.3, tenure_days=days)
        - change("tenure_effects", state, weekend_share=0.1, tenure_days=days)
        for days in (30, 1500)
    ]
    assert (by_tenure[0] < 0).all()
    assert (by_tenure[1] > 0).all()


def test_pay_in_the_middle_is_safest_in_the_world_against_directions(state: Frame) -> None:
    low, middle, high = (change("non_monotone", state, market_ratio=value) for value in (0.8, 0.98, 1.15))
    assert (low > middle).all()
    assert (high > middle).all()


def test_no_table_holds_most_of_what_differs_in_the_hidden_world() -> None:
    world = draw_world("hidden", 1)
    total = sum(world.effects(reference_state()).values())
    assert world.frailty_sd > np.std(total)


@pytest.mark.parametrize(("seed", "expected"), [(1, 1.6), (2, 0.6)])
def test_the_level_jumps_in_the_world_of_the_shock(seed: int, expected: float) -> None:
    climate = draw_world("shock", seed).climate
    before, after = climate(np.array([SHOCK_MONTH - 1, SHOCK_MONTH]))[:, 0]
    assert np.exp(after - before) == pytest.approx(expected)


@pytest.mark.parametrize(("seed", "sign"), [(1, 1), (2, -1)])
def test_pay_explains_a_rate_that_rises_or_falls(seed: int, sign: int) -> None:
    months = simulate("drifting_pay", seed=seed, agents=300, months=36)
    pay = [float(month_end_truth(month)["pay"].mean()) for month in months]
    assert sign * (np.mean(pay[-6:]) - np.mean(pay[:6])) > 0.3


def test_a_resignation_raises_the_risk_of_the_team_in_the_world_of_waves(state: Frame) -> None:
    assert (change("waves", state, team_resigned=0.3) - change("waves", state, team_resigned=0.0) > 1).all()


@pytest.mark.parametrize(("name", "share"), [("thresholds", 0.0), ("changing_evaluators", 1.0)])
def test_evaluators_change_in_one_world_and_stay_in_the_others(name: str, share: float) -> None:
    months = simulate(name, seed=1, agents=100, months=30)
    first, last = (
        pd.Series(month.evaluations["severity"], month.evaluations["evaluator"]).groupby(level=0).first()
        for month in (months[0], months[-1])
    )
    assert ((first - last).dropna().abs() > 0.01).mean() == share


def test_two_seeds_have_no_random_mechanism_in_common(state: Frame) -> None:
    totals = [sum(draw_world("random", seed).effects(state).values()) for seed in (1, 2)]
    assert abs(np.corrcoef(totals)[0, 1]) < 0.8
    assert draw_world("random", 1).frailty_sd != draw_world("random", 2).frailty_sd
