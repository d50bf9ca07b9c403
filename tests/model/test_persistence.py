import hashlib
import json

import pandas as pd
import pytest

from attrition.errors import AttritionError, UserError
from attrition.model.file_hashes import HASHES
from attrition.model.loading import load_fitted
from attrition.model.persistence import DESCRIPTION, FORMAT, save_fitted


@pytest.fixture
def folder(fitted, tmp_path):
    save_fitted(fitted, tmp_path / "model")
    return tmp_path / "model"


def test_a_saved_model_scores_and_explains_bit_for_bit_as_before(fitted, folder, centre):
    assert load_fitted(folder).indistinct_families == fitted.indistinct_families == ()
    again = load_fitted(folder)
    rows = centre.panel.tail(500)
    pd.testing.assert_frame_equal(again.score(rows), fitted.score(rows), check_exact=True)
    assert again.contributions(rows)[0].equals(fitted.contributions(rows)[0])
    assert (again.spec, again.fitted_at, again.features, again.bands, again.notes) == (
        fitted.spec,
        fitted.fitted_at,
        fitted.features,
        fitted.bands,
        fitted.notes,
    )
    assert list(again.bands[3]) == ["very_high", "high", "medium"]


def written_by_another_attrition(folder, number):
    """Leave nothing in model.json but its format number; the hashes are right."""
    path, hashes = folder / DESCRIPTION, folder / HASHES
    path.write_text(json.dumps({} if number is None else {"format": number}))
    digests = json.loads(hashes.read_text()) | {DESCRIPTION: hashlib.sha256(path.read_bytes()).hexdigest()}
    hashes.write_text(json.dumps(digests))


@pytest.mark.parametrize("number", [FORMAT - 1, FORMAT + 1, None])
def test_another_format_is_refused_by_its_number_before_any_other_key_is_read(folder, number):
    written_by_another_attrition(folder, number)
    with pytest.raises(UserError, match=f"has format {number}, .* reads format {FORMAT}; `attrition retrain`"):
        load_fitted(folder)


def test_the_format_number_rises_with_every_change_of_a_saved_key(folder):
    """When this fails, raise FORMAT (and, for a field of a feature, runs.PANEL_FORMAT), then write the keys here."""
    saved = json.loads((folder / DESCRIPTION).read_text())
    keys = (saved.keys(), saved["features"][0].keys(), saved["resignations"].keys())
    assert (FORMAT, *map(" ".join, keys)) == (
        6,
        "format at spec features categories resignations other_exits bands notes orders_people errors "
        "indistinct_families training_sites mode sample",
        "name family lever en zh unit measure topic subject_en subject_zh norm_en norm_zh event_en event_zh compared "
        "direction is_symptom absence peers history_months",
        "estimator calibrators rows events months mean_member_variance",
    )
    assert saved["resignations"]["calibrators"]["3"].keys() == {
        *("slope", "intercept", "covariance", "rows", "events", "months", "observed_over_expected", "level_change")
    }


def test_saving_twice_gives_the_same_bytes(fitted, folder, tmp_path):
    save_fitted(load_fitted(folder), tmp_path / "again")
    for path in folder.iterdir():
        if path.suffix == ".json":
            continue
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_changed_byte_is_refused_before_it_is_parsed(folder):
    path = folder / "resignations_0.txt"
    path.write_bytes(path.read_bytes().replace(b"leaf_value=0", b"leaf_value=1", 1)[:-1])
    with pytest.raises(AttritionError, match=r"resignations_0.txt changed"):
        load_fitted(folder)


@pytest.mark.parametrize("harm", ["missing", "added", "no_hashes"])
def test_a_missing_or_added_file_is_refused(folder, harm):
    if harm == "missing":
        (folder / "model.json").unlink()
    elif harm == "added":
        (folder / "model.pkl").write_bytes(b"cos")
    else:
        (folder / "sha256.json").unlink()
    with pytest.raises(AttritionError, match=r"model\.json|model\.pkl|sha256\.json"):
        load_fitted(folder)


def test_the_folder_holds_text_and_json_only_and_nobodys_number(folder, centre):
    assert {path.suffix for path in folder.iterdir()} == {".txt", ".json"}
    text = "".join(path.read_text() for path in folder.iterdir())
    assert not any(agent in text for agent in centre.panel["agent_id"].unique())
    assert json.loads((folder / "model.json").read_text())["categories"]["schedule_work_mode"]


def test_no_ranges_of_features_are_kept_since_they_are_some_agents_own(folder):
    kept = [line for path in folder.glob("*.txt") for line in path.read_text().splitlines() if "feature_infos" in line]
    assert kept
    assert {word for line in kept for word in line.removeprefix("feature_infos=").split()} == {"none"}


def test_the_folder_holds_the_features_and_the_bands(fitted, folder):
    saved = json.loads((folder / "model.json").read_text())
    assert [(one["name"], one["en"], one["zh"]) for one in saved["features"]] == [
        (one.name, one.en, one.zh) for one in fitted.features
    ]
    assert saved["categories"] == {name: list(words) for name, words in fitted.encoding.categories.items()}
    assert saved["resignations"]["calibrators"]["3"]["slope"] == fitted.resignations.calibrators[3].slope
    assert saved["bands"]["3"] == fitted.bands[3]


def test_the_errors_of_risks_are_kept(fitted, folder):
    assert load_fitted(folder).errors == fitted.errors
