import json

import numpy as np
import pandas as pd
import pytest

from attrition.model.golden import GOLDEN, ROWS, against_golden, golden, golden_rows
from attrition.model.persistence import load_fitted, save_fitted


@pytest.fixture
def folder(fitted, tmp_path):
    save_fitted(fitted, tmp_path / "model")
    return tmp_path / "model"


def with_golden(folder, change):
    path = folder / GOLDEN
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


def test_a_loaded_model_says_of_its_golden_rows_what_it_said_before(folder):
    assert against_golden(load_fitted(folder), folder) == (True, "32 rows, bit for bit", "32行，逐位一致")


def test_a_score_that_moved_by_its_last_bit_is_seen(fitted, folder):
    def nudge(told):
        told["scores"]["risk"][0] = float(np.nextafter(told["scores"]["risk"][0], 1))

    with_golden(folder, nudge)
    held, said, _ = against_golden(fitted, folder)
    assert not held
    assert "moved by up to" in said


def test_another_model_is_seen(fitted, folder, centre, spec):
    from attrition.model.risk import fit

    other = spec.model_copy(update={"trees": spec.trees.model_copy(update={"seed": 21})})
    again = fit(centre.panel, centre.outcomes, features=centre.features, spec=other, at=centre.ends)
    assert not against_golden(again, folder)[0]


def test_a_model_saved_without_golden_rows_does_not_hold(fitted, folder):
    (folder / GOLDEN).unlink()
    assert against_golden(fitted, folder)[:2] == (False, "the model was saved without golden rows")


def test_no_golden_rows_at_all_do_not_hold(fitted, folder):
    def emptied(told):
        told["rows"] = {name: [] for name in told["rows"]}
        told["scores"] = {name: [] for name in told["scores"]}

    with_golden(folder, emptied)
    assert not against_golden(fitted, folder)[0]


def test_golden_rows_tell_agents_apart_and_leave_something_missing(fitted):
    rows = golden_rows(fitted)
    risk = fitted.score(rows)
    assert len(rows) == ROWS
    assert risk.loc[risk["horizon_months"] == 3, "risk"].nunique() > ROWS / 2
    assert rows.isna().any().sum() >= len(fitted.features) - 1


def test_golden_rows_are_nobodys(fitted, centre):
    """No person's month stands among them: not one row agrees with any agent-month in more than two numbers."""
    rows = golden_rows(fitted)
    for _, row in rows.iterrows():
        same = sum((centre.panel[name] == row[name]).to_numpy() for name in rows if rows[name].dtype == float)
        assert np.max(same) <= 2


def test_the_same_model_has_the_same_golden_rows_however_it_was_loaded(fitted, folder):
    assert golden(load_fitted(folder)) == golden(fitted)
    pd.testing.assert_frame_equal(golden_rows(load_fitted(folder)), golden_rows(fitted))
