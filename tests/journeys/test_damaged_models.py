"""A model whose files were damaged: each command refuses it in one sentence, and leaves everything as it was.

`benchmarks/damaged_models.py` does the same with many more damages, each command in a process of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.model import aliases
from attrition.model.anchor import write_anchor
from attrition.model.registered import model_root
from attrition.model.registry_file import mend_addresses
from benchmarks.damaged_models import COMMANDS, content_of, damage
from tests.fixtures.make_workspace import KEPT

SAMPLE = ["bytes flipped", "a terabyte", "a link to elsewhere", "loader changed", "leaves changed, and hashes"]
"""Damages of a kind each that the hashes find, before a process is started."""


@pytest.fixture(scope="module")
def anchored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kept workspace whose versions are anchored, as those of today are."""
    folder = Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("anchored") / "workspace"))
    for version in ("1", "2"):
        write_anchor(folder, version, model_root(aliases.folder_of(folder, version)))
    return folder


@pytest.mark.parametrize("name", SAMPLE)
def test_a_damaged_model_is_refused_in_a_sentence_and_nothing_is_written(
    anchored: Path, tmp_path: Path, name: str
) -> None:
    workspace = Path(shutil.copytree(anchored, tmp_path / "workspace"))
    mend_addresses(workspace)  # as the first command after a move does
    damage(workspace, name)
    before = content_of(workspace)
    for words in COMMANDS.values():
        refused = CliRunner().invoke(app, [*words, "--workspace", str(workspace)])
        assert refused.exit_code == 1, refused.output
        assert len(refused.output.strip().splitlines()) == 1, refused.output
        assert "it is not loaded" in refused.output or "is not a saved model" in refused.output
    assert content_of(workspace) == before
