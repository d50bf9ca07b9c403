"""Heavy libraries load where they are used, so that a command starts at once; measured in modules, not in seconds."""

import subprocess
import sys

import pytest

HEAVY = {"pandas", "numpy", "ibis", "duckdb", "lightgbm", "sklearn", "scipy", "mlflow", "matplotlib", "shap", "fastapi"}
HELP = """
import sys
from attrition.cli import main
sys.argv = ["attrition", "--help"]
try:
    main()
except SystemExit:
    pass
"""


@pytest.mark.parametrize(
    "code",
    ["import attrition", "import attrition.cli", "import attrition.workspace", HELP],
    ids=["package", "cli", "workspace", "help"],
)
def test_nothing_heavy_is_imported_by(code: str) -> None:
    script = f"{code}\nimport sys; print('loaded', *sorted(sys.modules))"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(process.stdout.splitlines()[-1].split())
    assert "attrition" in loaded
    assert not loaded & HEAVY
