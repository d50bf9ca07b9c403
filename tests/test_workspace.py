from pathlib import Path

import pytest

from attrition import workspace
from attrition.errors import MissingProduct, UserError
from tests.house.places import REPOSITORY


def test_a_new_workspace_holds_every_starter_declaration(tmp_path: Path) -> None:
    workspace.write_starter(tmp_path / "centre")
    for name in ("pipelines", "models"):
        written = {path.name for path in (tmp_path / "centre" / name).iterdir()}
        assert written == {path.name for path in (REPOSITORY / name).iterdir()}


def test_writing_the_starter_again_changes_nothing(tmp_path: Path) -> None:
    assert workspace.write_starter(tmp_path)
    (tmp_path / "pipelines" / "monthly.toml").write_text('languages = ["zh"]\n')
    assert workspace.write_starter(tmp_path) == []
    assert (tmp_path / "pipelines" / "monthly.toml").read_text() == 'languages = ["zh"]\n'


def test_a_deleted_declaration_is_written_again(tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    (tmp_path / "pipelines" / "check.toml").unlink()
    assert workspace.write_starter(tmp_path) == [tmp_path / "pipelines" / "check.toml"]


def test_a_workspace_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "centre").write_text("")
    with pytest.raises(UserError, match="is a file"):
        workspace.write_starter(tmp_path / "centre")


def test_data_never_overwrites_the_sources(tmp_path: Path) -> None:
    workspace.write_starter(tmp_path)
    with pytest.raises(UserError, match="is there already"):
        workspace.write_starter(tmp_path, data=tmp_path)


def test_data_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder"):
        workspace.write_starter(tmp_path / "centre", data=tmp_path / "nowhere")
    assert not (tmp_path / "centre").exists()


def test_a_folder_without_pipelines_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(MissingProduct, match="attrition init"):
        workspace.require_workspace(tmp_path)


def test_data_in_the_workspace_is_named_by_its_relative_path(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "exits.csv").write_text("agent_id,exit_date,exit_type\n")
    workspace.write_starter(tmp_path, data=tmp_path / "exports")
    assert 'path = "exports/exits.csv"' in (tmp_path / "pipelines" / "sources.toml").read_text()


def test_data_elsewhere_is_named_by_its_absolute_path(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "exits.csv").write_text("agent_id,exit_date,exit_type\n")
    workspace.write_starter(tmp_path / "centre", data=tmp_path / "exports")
    assert f'path = "{tmp_path}/exports/exits.csv"' in (tmp_path / "centre/pipelines/sources.toml").read_text()


def test_a_demonstration_overwrites_no_other_workspace(tmp_path: Path) -> None:
    workspace.write_starter(tmp_path / "centre")
    with pytest.raises(UserError, match="holds something else"):
        workspace.require_demonstration(tmp_path / "centre")


def test_a_demonstration_may_run_in_a_new_folder_and_again_in_its_own(tmp_path: Path) -> None:
    assert workspace.require_demonstration(tmp_path / "demo")
    (tmp_path / "demo" / "exports" / "truth").mkdir(parents=True)
    assert workspace.require_demonstration(tmp_path / "demo")
