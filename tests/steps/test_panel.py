"""A panel is written only where its files are the ones that it was built from."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.progress import silent
from attrition.errors import DataError
from attrition.steps import panel
from tests.data.cases import copy_case


def test_a_panel_whose_files_were_replaced_meanwhile_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_case(tmp_path, "20")
    (folder / "pipelines" / "panel.toml").write_text('engine = "duckdb"\n', encoding="utf-8")
    build = panel._panel_in_memory

    def replaced(*args: object, **options: object) -> object:
        pay = folder / "data" / "pay.csv"
        pay.write_text(pay.read_text().replace("1", "2"))
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(panel, "_panel_in_memory", replaced)
    with pytest.raises(DataError, match=r"data/pay.csv: replaced while it was read"):
        panel.build_panel(folder, progress=silent)
    assert not (folder / "runs" / "panel.parquet").exists()
