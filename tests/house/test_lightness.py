"""Heavy libraries load where they are used, so that a command starts at once; measured in modules, not in seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

from attrition.workspace import write_starter

HEAVY = {
    *("pandas", "numpy", "pyarrow", "ibis", "sqlglot", "duckdb", "rapidfuzz"),
    *("lightgbm", "sklearn", "scipy", "mlflow", "matplotlib", "shap"),
    *("jinja2", "fastapi"),
}
COMMAND = """
import sys
from attrition.cli import main
sys.argv = ["attrition", *{words!r}]
try:
    main()
except SystemExit as end:
    assert not end.code
"""


OF_TABLES = {*("ibis", "sqlglot", "duckdb", "rapidfuzz"), *("mlflow", "matplotlib", "shap"), *("jinja2", "fastapi")}
OF_TRAINING = {"sklearn.compose", "sklearn.impute", "sklearn.linear_model", "sklearn.tree"}
SCORE = """
from attrition.data.people.naming import naming
from attrition.model import golden, registered, persistence
from attrition.labels import interventions_received
from attrition.predict import month
from attrition.steps import excluded, fingerprint, known_errors, objections
"""


@pytest.mark.parametrize(
    "code",
    ["import attrition.pipeline", COMMAND.format(words=["--help"]), COMMAND.format(words=["audit", "show"])],
    ids=["what all commands import", "help", "a command about records"],
)
def test_nothing_heavy_is_imported_by(code: str, tmp_path: Path) -> None:
    write_starter(tmp_path)
    assert not modules_after(code, tmp_path) & HEAVY


def test_a_score_of_a_panel_that_is_there_imports_nothing_that_reads_tables_trains_or_writes_reports(
    tmp_path: Path,
) -> None:
    assert not modules_after(SCORE, tmp_path) & (OF_TABLES | OF_TRAINING)


def modules_after(code: str, tmp_path: Path) -> set[str]:
    script = f"{code}\nimport sys; print('loaded', *sorted(sys.modules))"
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(process.stdout.splitlines()[-1].split())
    assert "attrition" in loaded
    return loaded
