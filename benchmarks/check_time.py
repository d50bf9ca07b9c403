"""Time `attrition check` of two versions of the package in turn, on one synthetic centre.

    python benchmarks/check_time.py --against /tmp/earlier --runs 5

`--against` is a folder that holds an earlier `attrition/`. Each check is a process of its own; the figure is the
ratio of the processor's seconds, which say more than the clock on a shared machine. `--workspace` takes a ready centre.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECK = "from attrition.cli import main; main()"
HERE = Path(__file__).parents[1]


def timed_check(tree: Path, workspace: Path) -> tuple[float, float]:
    """Return the processor's seconds and the clock's seconds of one check by the package in a folder."""
    command = [sys.executable, "-c", CHECK, "check", "--workspace", str(workspace)]
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=workspace, env=os.environ | {"PYTHONPATH": str(tree)}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"the check by {tree} failed; run it alone to see why")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - started


def main() -> None:
    """Check the centre by both versions in turn, and print the seconds of each and their ratio."""
    options = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "centre"
        if options.workspace is not None:
            keep = shutil.ignore_patterns("runs", "reports", "truth", "ml*")
            shutil.copytree(options.workspace, workspace, ignore=keep)
        else:
            _draw(workspace, options.agents, options.months)
        figures = [(timed_check(HERE, workspace), timed_check(options.against, workspace)) for _ in range(options.runs)]
    print(json.dumps(summary(figures), indent=1))


def summary(figures: list[tuple[tuple[float, float], tuple[float, float]]]) -> dict[str, float]:
    """Return the medians of both versions, and the median of the ratios of each pair."""
    here, against = zip(*figures, strict=True)
    return {
        "processor_seconds": round(statistics.median(cpu for cpu, _ in here), 2),
        "processor_seconds_against": round(statistics.median(cpu for cpu, _ in against), 2),
        "ratio": round(statistics.median(new[0] / old[0] for new, old in figures), 2),
        "wall_seconds": round(statistics.median(wall for _, wall in here), 2),
        "wall_seconds_against": round(statistics.median(wall for _, wall in against), 2),
    }


def _draw(workspace: Path, agents: int, months: int) -> None:
    from attrition import pipeline

    pipeline.draw_centre(workspace, agents=agents, months=months, seed=1, progress=lambda _: None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, required=True, metavar="FOLDER", help="the earlier version")
    parser.add_argument("--workspace", type=Path, help="a ready centre; one is drawn when left out")
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
