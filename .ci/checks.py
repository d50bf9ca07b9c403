"""The one list of checks: developers, pre-commit and the build machine all run this file.

python .ci/checks.py              every check, in order
python .ci/checks.py lint types   only the named ones
python .ci/checks.py exhaustive   the tests that take long, before a release
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

WORKERS = (os.cpu_count() or 1) + 1
"""One process of tests more than processors, since some tests wait for servers, browsers and other processes."""
PYTEST = ["-m", "pytest", "-q", "-n", f"{WORKERS}", "--dist", "loadfile", "--no-loadscope-reorder"]
"""Modules run in the order of tests/conftest.py: by default those with few tests, which take longest, come last."""
TESTS = "tests"
"""The longest check; the others, of one process each, run beside it."""
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
    TESTS: [*PYTEST, "-m", "not exhaustive"],
}
ON_DEMAND = {"exhaustive": [*PYTEST, "-m", "exhaustive"]}
"""Checks that run only where they are named: tests of more of a kind, for which the build machine has no time."""
ROOT = Path(__file__).parents[1]


def run(names: list[str]) -> list[str]:
    """Run the named checks to the end and return the names of those that failed.

    There are more processes of tests than processors, so each uses one thread.
    """
    no_banner = {"NO_MKDOCS_2_WARNING": "1"}  # MkDocs' banner is not about our pages
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | no_banner
    failed = []
    with ThreadPoolExecutor(1) as beside_the_tests:
        others = {
            name: beside_the_tests.submit(_run, name, environment, stdout=subprocess.PIPE)
            for name in names
            if name != TESTS
        }
        if TESTS in names:
            print(f"== {TESTS}, and beside them: {', '.join(others) or 'nothing'}", flush=True)
            if _run(TESTS, environment).returncode:
                failed.append(TESTS)
        for name, other in others.items():
            print(f"== {name}", flush=True)
            print(other.result().stdout, end="", flush=True)
            if other.result().returncode:
                failed.append(name)
    return failed


def _run(name: str, environment: dict[str, str], stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a check; its errors stand among its output where that is kept."""
    stderr = None if stdout is None else subprocess.STDOUT
    command = [sys.executable, *(CHECKS | ON_DEMAND)[name]]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=stdout, stderr=stderr, text=True)


def main() -> int:
    """Run the checks named on the command line, or all; return 0 only when every one passed."""
    names = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS | ON_DEMAND]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are: {', '.join(CHECKS | ON_DEMAND)}", file=sys.stderr)
        return 2
    failed = run(names)
    print(f"checks that failed: {', '.join(failed)}" if failed else f"all checks passed: {', '.join(names)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
