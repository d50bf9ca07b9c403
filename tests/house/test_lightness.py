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


@pytest.mark.parametrize(
    "code",
    ["import attrition.pipeline", COMMAND.format(words=["--help"]), COMMAND.format(words=["audit", "show"])],
    ids=["what all commands import", "help", "a command about records"],
)
def test_nothing_heavy_is_imported_by(code: str, tmp_path: Path) -> None:
    write_starter(tmp_path)
    script = f"{code}\nimport sys; print('loaded', *sorted(sys.modules))"
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(process.stdout.splitlines()[-1].split())
    assert "attrition" in loaded
    assert not loaded & HEAVY
