import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attrition.model.abstention import CODES
from attrition.model.golden import ABSTENTIONS, GOLDEN, ROWS, check_golden_rows, golden_content, golden_rows
from attrition.model.loading import load_fitted
from attrition.model.persistence import save_fitted


@pytest.fixture
def folder(fitted, tmp_path):
    save_fitted(fitted, tmp_path / "model")
    return tmp_path / "model"


def with_golden(folder, change):
    path = folder / GOLDEN
    saved = json.loads(path.read_text())
    change(saved)
    path.write_text(json.dumps(saved))


def test_a_loaded_model_scores_its_golden_rows_as_before(folder):
    assert check_golden_rows(load_fitted(folder), folder) == (True, "56 rows, bit for bit", "56行，逐位一致")


def test_a_score_that_moved_by_its_last_bit_is_seen(fitted, folder):
    def nudge(saved):
        saved["scores"]["risk"][0] = float(np.nextafter(saved["scores"]["risk"][0], 1))

    with_golden(folder, nudge)
    passed, finding, _ = check_golden_rows(fitted, folder)
    assert not passed
    assert "moved by up to" in finding


def test_a_band_that_begins_elsewhere_is_seen(fitted, folder):
    lower = {horizon: {name: bound / 2 for name, bound in bounds.items()} for horizon, bounds in fitted.bands.items()}
    assert not check_golden_rows(replace(fitted, bands=lower), folder)[0]


def test_every_reason_to_abstain_is_asked_of_a_model_with_trees(fitted, folder):
    assert set(json.loads((folder / GOLDEN).read_text())["scores"][ABSTENTIONS]) == {None, *CODES.values()}


def test_another_rule_of_abstention_is_seen(fitted, folder, monkeypatch):
    monkeypatch.setattr("attrition.model.newcomers.MINIMUM_TENURE_DAYS", 0)
    passed, finding, _ = check_golden_rows(fitted, folder)
    assert (passed, finding) == (False, "56 rows; a band, an interval or an abstention is another")


def test_a_model_that_was_saved_before_abstentions_were_asked_is_asked_the_rest(fitted, folder):
    def shortened(saved):
        del saved["scores"][ABSTENTIONS]
        for flag in ("is_new_site", "is_gone"):
            del saved["rows"][flag]

    with_golden(folder, shortened)
    assert check_golden_rows(fitted, folder)[0]


def test_another_model_is_seen(fitted, folder, centre, spec):
    from attrition.model.risk import fit

    other = spec.model_copy(update={"trees": spec.trees.model_copy(update={"seed": 21})})
    again = fit(centre.panel, centre.outcomes, features=centre.features, spec=other, fitted_at=centre.last_month_end)
    assert not check_golden_rows(again, folder)[0]


def test_a_model_saved_without_golden_rows_does_not_pass(fitted, folder):
    (folder / GOLDEN).unlink()
    assert check_golden_rows(fitted, folder)[:2] == (False, "the model was saved without golden rows")


def test_no_golden_rows_at_all_do_not_pass(fitted, folder):
    def emptied(saved):
        saved["rows"] = {name: [] for name in saved["rows"]}
        saved["scores"] = {name: [] for name in saved["scores"]}

    with_golden(folder, emptied)
    assert not check_golden_rows(fitted, folder)[0]


def test_golden_rows_tell_agents_apart_and_leave_something_missing(fitted):
    rows = golden_rows(fitted)
    risk = fitted.score(rows)
    assert len(rows) == ROWS
    assert risk.loc[risk["horizon_months"] == 3, "risk"].nunique() > ROWS / 2
    assert rows.isna().any().sum() >= len(fitted.features) - 1


def test_golden_rows_are_nobodys(fitted, centre):
    """No person's month is among them: not one row agrees with any agent-month in more than two numbers."""
    rows = golden_rows(fitted)
    for _, row in rows.iterrows():
        same = sum((centre.panel[name] == row[name]).to_numpy() for name in rows if rows[name].dtype == float)
        assert np.max(same) <= 2


def test_the_same_model_has_the_same_golden_rows_however_it_was_loaded(fitted, folder):
    assert golden_content(load_fitted(folder)) == golden_content(fitted)
    pd.testing.assert_frame_equal(golden_rows(load_fitted(folder)), golden_rows(fitted))
