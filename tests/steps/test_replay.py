"""Past months as they would have been known then: resumable, each whole, and blind to what came after."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition import workspace
from attrition.cli import app
from attrition.data.synthetic import sources_toml, write_centre
from attrition.runs import Runs, features_of
from attrition.steps.loading import declared_spec
from attrition.steps.replay import _score

SMALLER = {"members = 6": "members = 1", "rounds = 200": "rounds = 10", "rounds = 80": "rounds = 10"}
SMALLER |= {"minimum_events = 50": "minimum_events = 10", "months = 12": "months = 3"}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre of two and a half years, with few and short trees."""
    folder = tmp_path_factory.mktemp("centre")
    workspace.lay(folder)
    write_centre(folder / "exports", agents=100, months=28, seed=3)
    (folder / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
    declared = folder / "models" / "resignation.toml"
    text = declared.read_text(encoding="utf-8")
    for usual, smaller in SMALLER.items():
        text = text.replace(usual, smaller)
    declared.write_text(text, encoding="utf-8")
    said = CliRunner().invoke(app, ["monthly", "--from", "2026-09", "--to", "2026-10", "-w", str(folder)])
    assert said.exit_code == 0, said.output
    return folder


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_every_month_is_scored_by_a_model_of_its_own_time(centre: Path) -> None:
    for month in ("2026-09-30", "2026-10-31"):
        scores = pd.read_parquet(centre / "runs" / month / "scores.parquet")
        assert set(scores["model_version"]) == {f"as of {month}"}
    text = (centre / "reports" / "2026-09" / "centre.en.html").read_text(encoding="utf-8")
    assert "scored afterwards" in text
    assert re.search(r"trained on data up to 30 September 2026", text)


def test_a_replay_that_was_stopped_goes_on_where_it_was(centre: Path) -> None:
    (centre / "runs" / "2026-10-31" / "replayed.json").unlink()
    before = files(centre / "reports" / "2026-09")
    of_october = {name: content for name, (_, content) in files(centre / "reports" / "2026-10").items()}
    said = CliRunner().invoke(app, ["monthly", "--from", "2026-09", "--to", "2026-10", "-w", str(centre)])
    assert "2026-09 (1 of 2): there already" in said.output
    assert files(centre / "reports" / "2026-09") == before
    assert {name: content for name, (_, content) in files(centre / "reports" / "2026-10").items()} == of_october


def test_what_came_later_changes_nothing_of_an_earlier_month(centre: Path, tmp_path: Path) -> None:
    rows, outcomes, about = Runs(centre).read_panel()
    month = pd.Timestamp("2026-09-30")
    later = outcomes["known_on"] > month
    blind = outcomes.assign(**{name: outcomes[name].mask(later) for name in ("exit_kind", "left_on", "known_on")})
    kept = rows["as_of"] <= month
    (tmp_path / "models").mkdir()
    for path in [*centre.glob("models/*.toml"), *centre.glob("runs/*.parquet")]:
        copy = tmp_path / path.relative_to(centre)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    known = (rows[kept].reset_index(drop=True), blind[kept].reset_index(drop=True), features_of(about), about)
    _score(Runs(tmp_path), month.date(), declared_spec(tmp_path), known)
    for name in ("scores", "drivers", "recommendations", "expected_leavers"):
        then, now = (pd.read_parquet(ws / "runs" / "2026-09-30" / f"{name}.parquet") for ws in (tmp_path, centre))
        pd.testing.assert_frame_equal(then, now)


@pytest.mark.parametrize(
    "words", [[], ["--from", "2026-09"], ["--as-of", "2026-10", "--from", "2026-09", "--to", "2026-10"]]
)
def test_one_month_or_several_must_be_named(centre: Path, words: list[str]) -> None:
    assert CliRunner().invoke(app, ["monthly", *words, "-w", str(centre)]).exit_code == 2
