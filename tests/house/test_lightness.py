"""Heavy libraries load where they are used, so that a command answers at once; counted in modules, not in seconds."""

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
    asked = f"{code}\nimport sys; print('loaded', *sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60).stdout
    loaded = set(said.splitlines()[-1].split())
    assert "attrition" in loaded
    assert not loaded & HEAVY
