"""Life tables agree with figures worked out by hand, with Singer & Willett (2003) and with other programs.

The textbook's sets lie outside the repository. What is called *published* stands in the book: tables 10.1 and 10.2.
What is called *derived* was computed on the same files by lifelines 0.30.3 (delayed entry, bands), which the product
does not install.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from attrition.errors import DataError
from attrition.labels.life_table import life_table
from tests.house.places import REPOSITORY
from tests.text_tables import frame

ALDA = REPOSITORY.parent / "shared" / "data" / "alda"
textbook = pytest.mark.skipif(not ALDA.exists(), reason=f"the textbook's public sets are not at {ALDA}")

TEACHERS = frame(
    """
    year | at_risk | left | censored | hazard | hazard_error | survival | survival_error
    1    | 3941    | 456  | 0        | .1157  | .00510       | .8843    | .00510
    2    | 3485    | 384  | 0        | .1102  | .00530       | .7869    | .00652
    3    | 3101    | 359  | 0        | .1158  | .00575       | .6958    | .00733
    4    | 2742    | 295  | 0        | .1076  | .00592       | .6209    | .00773
    5    | 2447    | 218  | 0        | .0891  | .00576       | .5656    | .00790
    6    | 2229    | 184  | 0        | .0825  | .00583       | .5189    | .00796
    7    | 2045    | 123  | 280      | .0601  | .00526       | .4877    | .00796
    8    | 1642    | 79   | 307      | .0481  | .00528       | .4642    | .00800
    9    | 1256    | 53   | 255      | .0422  | .00567       | .4446    | .00811
    10   | 948     | 35   | 265      | .0369  | .00612       | .4282    | .00827
    11   | 648     | 16   | 241      | .0247  | .00610       | .4177    | .00848
    12   | 391     | 5    | 386      | .0128  | .00568       | .4123    | .00870
    """
).astype(float)
"""*Published*, tables 10.1 and 10.2; errors to one digit more, as R's survfit gives them on the same set."""


def spells(text: str) -> pd.DataFrame:
    """Read drawn spells; an empty cell is a spell that had not ended."""
    return frame(text).astype({"entered": float, "left": float})


def textbook_spells(name: str, **columns: object) -> pd.DataFrame:
    rows = pd.read_csv(ALDA / f"{name}.csv")
    return rows.assign(**{"entered": 0, "exit_kind": np.where(rows.get("censor", 0) == 1, None, "left"), **columns})


@pytest.fixture
def teachers() -> pd.DataFrame:
    return textbook_spells("teachers").rename(columns={"years": "left"})


def test_a_spell_is_at_risk_until_it_ends_or_is_censored():
    table = life_table(
        spells(
            """
            entered | left | exit_kind
            0       | 1    | voluntary
            0       | 1    |
            0       | 2    | other
            0       | 3    |
            """
        )
    )
    assert table[["time", "at_risk", "events", "censored"]].values.tolist() == [
        [1, 4, 1, 1],
        [2, 2, 1, 0],
        [3, 1, 0, 1],
    ]
    assert table["survival"].tolist() == [3 / 4, 3 / 8, 3 / 8]


def test_a_spell_that_began_before_the_data_is_at_risk_only_from_when_it_was_seen():
    table = life_table(
        spells(
            """
            entered | left | exit_kind
            0       | 1    | voluntary
            0       | 5    |
            4       | 5    | voluntary
            1       | 3    | voluntary
            """
        )
    )
    assert table["at_risk"].tolist() == [2, 2, 2], "one that came into sight at 1 was not there to be lost at 1"
    assert table["survival"].tolist() == [1 / 2, 1 / 4, 1 / 8]


def test_groups_have_a_table_each_and_an_unknown_group_is_one():
    seen = pd.DataFrame({"site": ["N", "N", None], "entered": 0, "left": [1, 2, 2], "exit_kind": ["a", None, "a"]})
    whole, north = life_table(seen, by=["site"]), life_table(seen[:2])
    pd.testing.assert_frame_equal(whole[whole["site"] == "N"].drop(columns="site"), north, check_names=False)
    assert whole["site"].isna().sum() == 1


def test_no_spells_make_an_empty_table():
    none = pd.DataFrame({"site": [], "entered": [], "left": [], "exit_kind": []})
    assert life_table(none, by=["site"]).empty


def test_a_band_keeps_within_nobody_and_everybody_and_holds_the_share():
    seen = pd.DataFrame({"entered": 0, "left": range(1, 6), "exit_kind": "a"})
    table = life_table(seen)
    assert ((table["survival_low"] >= 0) & (table["survival_high"] <= 1)).all()
    assert (table["survival_low"][:-1] < table["survival"][:-1]).all()
    assert (table["survival_high"][:-1] > table["survival"][:-1]).all()


def test_a_band_holds_the_truth_as_often_as_it_says():
    draw = np.random.default_rng(7)
    hits = []
    for _ in range(400):
        life, entered, lost = draw.geometric(0.1, 300), draw.integers(0, 6, 300), draw.integers(3, 30, 300)
        rows = pd.DataFrame({"entered": entered, "left": np.minimum(life, lost)})
        rows["exit_kind"] = np.where(life <= lost, "a", None)
        at = life_table(rows[rows["left"] > rows["entered"]]).set_index("time").loc[8]
        hits.append(at["survival_low"] <= 0.9**8 <= at["survival_high"])
    assert 0.91 <= np.mean(hits) <= 0.98


@pytest.mark.parametrize(
    ("left", "message"), [(2.0, "1 spells end before they are observed"), (None, "1 spells have no time of entry")]
)
def test_a_spell_that_could_not_have_been_observed_is_refused(left: float | None, message: str):
    with pytest.raises(DataError, match=message):
        life_table(pd.DataFrame({"entered": [0.0, 2.0], "left": [1.0, left], "exit_kind": [None, None]}))


@textbook
def test_the_teachers_life_table_is_the_published_one(teachers):
    table = life_table(teachers)
    counts = table[["time", "at_risk", "events", "censored"]].to_numpy()
    assert counts.tolist() == TEACHERS[["year", "at_risk", "left", "censored"]].to_numpy().tolist()
    for figure, digits in (("hazard", 4), ("survival", 4), ("hazard_error", 5), ("survival_error", 5)):
        np.testing.assert_allclose(table[figure], TEACHERS[figure], atol=0.51 * 10**-digits, err_msg=figure)


@textbook
def test_an_unpenalised_logistic_hazard_on_person_years_gives_the_published_hazards(teachers):
    """The discrete-time hazard model of chapter 11 in its simplest form, a dummy for each year and nothing else."""
    years = teachers.loc[teachers.index.repeat(teachers["left"])]
    year = years.groupby(level=0).cumcount() + 1
    left = (year == years["left"]) & years["exit_kind"].notna()
    dummies = pd.get_dummies(year).astype(float)
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=1000).fit(dummies, left)
    hazard = model.predict_proba(pd.get_dummies(pd.Series(range(1, 13))).astype(float))[:, 1]
    assert len(years) == TEACHERS["at_risk"].sum() == 24_875
    np.testing.assert_allclose(hazard, TEACHERS["hazard"], atol=0.51e-4)


@textbook
def test_the_physicians_who_were_there_before_the_study_enter_late_as_derived():
    table = life_table(
        textbook_spells("physicians").drop(columns="entered").rename(columns={"entry": "entered", "exit": "left"})
    )
    assert table["events"].sum() == 396
    for year, expected in {
        1: (0.902023, 0.864835, 0.929396),
        3: (0.498377, 0.448339, 0.546322),
        6: (0.140140, 0.109867, 0.174025),
    }.items():
        row = table[table["time"] <= year].iloc[-1][["survival", "survival_low", "survival_high"]]
        assert row.tolist() == pytest.approx(expected, abs=1e-6)


@textbook
def test_the_health_workers_stay_in_weeks_as_derived():
    table = life_table(textbook_spells("health_workers").rename(columns={"weeks": "left"}))
    assert (table["at_risk"].iloc[0], table["events"].sum()) == (2074, 430)
    for week, expected in {
        10: (0.984394, 0.977879, 0.989001),
        52: (0.857406, 0.839170, 0.873731),
        130: (0.618146, 0.581741, 0.652378),
    }.items():
        row = table[table["time"] <= week].iloc[-1][["survival", "survival_low", "survival_high"]]
        assert row.tolist() == pytest.approx(expected, abs=1e-6)
