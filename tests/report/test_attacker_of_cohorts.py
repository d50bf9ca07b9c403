"""Somebody who solves two months' survival of new hires, by half-year, source and class, learns of no few who stayed.

They know who was hired when, by which source and into which class. Curves are read at ninety days, of cohorts all of
whom have ninety days behind them: before, a curve is no sum over people.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from attrition.report import rounding
from attrition.report.figures import early_survival as early
from attrition.report.figures.cohorts import MIN_AT_RISK, cohorts
from attrition.report.figures.early_survival import DAYS, GROUPINGS, early_survival
from tests.report.attacker import SumAttacker
from tests.report.test_attacker import MINIMUM, disclosing, disclosures
from tests.report.test_attacker_of_the_centre import disclosed, rests

MONTHS = pd.to_datetime(["2026-09-30", "2026-10-31"])
Cell = tuple[str, np.ndarray, float, float]
"""The table, whom a published number is about, how many of them stayed, and how far that may be off."""


def draw_hires(seed: int) -> pd.DataFrame:
    """Draw spells of two years' hires, some of whom left; sources and classes of every size."""
    rng = np.random.default_rng(seed)
    number = int(rng.integers(30, 250))
    hired = pd.Timestamp("2024-11-01") + pd.to_timedelta(rng.integers(0, 700, number), "D")
    left = hired + pd.to_timedelta(np.ceil(rng.exponential(rng.choice([100, 400]), number)), "D")
    is_over = np.asarray(left <= MONTHS[1])
    classes = pd.Series(hired).dt.strftime("%y%m") + rng.choice(["", "a", "b"], number, p=rng.dirichlet(np.ones(3)))
    return pd.DataFrame(
        {
            "agent_id": [f"a{n}" for n in range(number)],
            "hired": hired,
            "entered": hired,
            "known_on": hired,
            "until": MONTHS[1],
            "left": pd.Series(left).where(is_over),
            "left_known_on": pd.Series(left).where(is_over),
            "exit_kind": pd.Series("resigned", index=range(number)).where(is_over),
            "hiring_source": rng.choice([*"wxyz"], number, p=rng.dirichlet(np.ones(4))),
            "class_id": classes,
        }
    )


def curve_cells(spells: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[Cell]:
    """Yield how many of each half-year's hires stayed ninety days, as far as the curve says it."""
    curves = cohorts(spells, as_of.date(), min_group=MINIMUM)
    for row in curves[curves["day"] == DAYS].itertuples():
        hires = (spells["hired"] >= row.cohort) & (spells["hired"] < row.cohort + pd.DateOffset(months=6))
        hires &= spells["hired"] <= as_of
        days = (spells["left"].where(spells["left"] <= as_of).fillna(as_of) - spells["hired"]).dt.days + 1
        if (spells.loc[hires, "hired"] + pd.Timedelta(days=DAYS) > as_of).any():
            continue
        step = rounding._round_step(1.0 / int((days[hires] > DAYS).sum()))
        yield "half-year", hires.to_numpy(), row.survival * row.hires, step * row.hires / 2


def share_cells(spells: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[Cell]:
    """Yield how many of each source's and each class's hires stayed ninety days."""
    last = as_of - pd.Timedelta(days=DAYS)
    window = (spells["hired"] <= last) & (spells["hired"] > last - pd.DateOffset(months=early.MONTHS))
    for row in early_survival(spells, as_of.date(), min_group=MINIMUM).itertuples():
        people = (window & (spells[row.by] == row.group)).to_numpy()
        assert people.sum() == row.hires
        yield row.by, people, row.staying * row.hires, rounding.COUNT_STEP / 2


def disclosed_in_survival(spells: pd.DataFrame) -> list[str]:
    """Solve who stayed ninety days, from both months' curves and shares."""
    cells, groups, targets = [], [], []
    for as_of in MONTHS:
        of_month = [*curve_cells(spells, as_of), *share_cells(spells, as_of)]
        for table in ("half-year", *GROUPINGS):
            groups += rests({(table, str(n)): cell[1] for n, cell in enumerate(of_month) if cell[0] == table})
        cells += [(people.astype(float), staying, error) for _, people, staying, error in of_month]
        last = as_of - pd.Timedelta(days=DAYS)
        window = (spells["hired"] <= last) & (spells["hired"] > last - pd.DateOffset(months=early.MONTHS))
        targets += [
            (f"{column} {name} of {as_of:%Y-%m}", (window & (spells[column] == name)).to_numpy())
            for column in GROUPINGS
            for name in sorted(spells.loc[window, column].unique())
        ]
    if not cells:
        return []
    tables = pd.DataFrame({number: people for number, (people, _, _) in enumerate(cells)}).astype(int)
    places = pd.concat([spells[[*GROUPINGS]], tables], axis=1)
    attacker = SumAttacker(places, cells)
    flows = [("flow", people) for people in attacker.indistinguishable_groups(MINIMUM)]
    return disclosed(attacker, targets + flows, groups, spells["agent_id"].to_numpy())


@pytest.fixture(scope="module")
def organisations() -> dict[int, pd.DataFrame]:
    return {seed: draw_hires(seed) for seed in range(10)}


def test_survival_of_new_hires_discloses_nothing_about_fewer_people_than_a_group(
    organisations: dict[int, pd.DataFrame],
) -> None:
    assert disclosures(disclosed_in_survival, organisations) == {}


def test_the_tables_hold_what_is_attacked(organisations: dict[int, pd.DataFrame]) -> None:
    rows = [cell for spells in organisations.values() for month in MONTHS for cell in curve_cells(spells, month)]
    shares = [cell for spells in organisations.values() for month in MONTHS for cell in share_cells(spells, month)]
    assert len(rows) > 10
    assert {cell[0] for cell in shares} == set(GROUPINGS)
    assert MINIMUM >= MIN_AT_RISK


def test_without_rounding_and_hiding_the_attacker_reads_who_stayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounding, "COUNT_STEP", 1e-6)
    monkeypatch.setattr(rounding, "_round_step", lambda _: 1e-6)
    monkeypatch.setattr(early, "parts_to_hide", lambda counts, _: {name for name, n in counts.items() if n < 2})
    assert len(disclosing(disclosed_in_survival, draw_hires, 15)) > 5
