"""The one list of checks: people, pre-commit and the build machine all call this file.

python .ci/checks.py              every check, in order
python .ci/checks.py lint types   only the named ones
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "layers": [
        "-c",
        "from importlinter.cli import lint_imports_command as lint; lint()",
        "--no-logo",
    ],
    "docs": ["-m", "mkdocs", "build", "--strict"],
    "tests": ["-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile"],
}
ROOT = Path(__file__).parents[1]


def run(names: list[str]) -> list[str]:
    """Run the named checks to the end and name those that failed.

    Tests run side by side, one for each processor; threads inside them would wait for each other.
    """
    quiet = {"NO_MKDOCS_2_WARNING": "1"}  # its banner says nothing about our pages
    failed, environment = [], os.environ | {"OMP_NUM_THREADS": "1"} | quiet
    for name in names:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, *CHECKS[name]], cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    return failed


def main() -> int:
    """Run what was asked for; 0 only when everything passed."""
    names = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = run(names)
    print(f"checks that failed: {', '.join(failed)}" if failed else f"all checks passed: {', '.join(names)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
