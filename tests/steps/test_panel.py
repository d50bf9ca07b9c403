"""A panel is written only where its files are the ones that it was built from, and built again where they changed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from attrition.data.progress import silent
from attrition.errors import DataError
from attrition.steps import panel
from tests.data.cases import copy_case


def test_a_panel_whose_files_were_replaced_meanwhile_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied_case(tmp_path)
    build = panel._panel_in_memory

    def replaced(*args: object, **options: object) -> object:
        pay = folder / "data" / "pay.csv"
        pay.write_text(pay.read_text().replace("1", "2"))
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(panel, "_panel_in_memory", replaced)
    with pytest.raises(DataError, match=r"data/pay.csv: replaced while it was read"):
        panel.build_panel(folder, progress=silent)
    assert not (folder / "runs" / "panel.parquet").exists()


def test_a_panel_from_a_database_is_built_again_only_where_its_rows_have_changed(tmp_path: Path) -> None:
    folder = copied_case(tmp_path)
    execute(folder, f"CREATE TABLE pay AS FROM read_csv('{folder}/data/pay.csv', all_varchar = true)")
    sources = folder / "pipelines" / "sources.toml"
    query = 'url = "duckdb:///hr.duckdb"\nquery = "select * from pay"'
    sources.write_text(sources.read_text().replace('path = "data/pay.csv"', query), encoding="utf-8")
    assert steps_of_an_update(folder)
    assert not steps_of_an_update(folder)
    execute(folder, "CREATE TABLE other AS SELECT 1 AS one")
    assert not steps_of_an_update(folder)
    execute(folder, "UPDATE pay SET base_pay = base_pay::DOUBLE + 1 WHERE rowid = 0")
    assert steps_of_an_update(folder)


def copied_case(folder: Path) -> Path:
    folder = copy_case(folder, "20")
    (folder / "pipelines" / "panel.toml").write_text('engine = "duckdb"\n', encoding="utf-8")
    return folder


def execute(folder: Path, statement: str) -> None:
    with duckdb.connect(str(folder / "hr.duckdb")) as con:
        con.execute(statement)


def steps_of_an_update(folder: Path) -> list[str]:
    """Return the steps of building the panel where it is out of date; none where it is not."""
    steps: list[str] = []
    panel.build_if_outdated(folder, progress=steps.append)
    return steps
