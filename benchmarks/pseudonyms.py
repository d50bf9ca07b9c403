"""Measure what pseudonyms cost: processor's seconds of `attrition panel` with them and without, in turn, and the ratio.

python benchmarks/pseudonyms.py --agents 1200 --months 48 --runs 3 --folder /tmp/centre
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

WAYS = {"with": "true", "without": "false"}


def main() -> None:
    """Simulate the centre twice where it is missing, build both panels in turn, and print the figures."""
    options = _arguments()
    workspaces = {way: options.folder / f"{options.agents}x{options.months}-{way}" for way in WAYS}
    for way, workspace in workspaces.items():
        if not workspace.exists():
            _make_centre(workspace, options.agents, options.months, pseudonyms=WAYS[way])
    figures = [{way: _measured(workspace) for way, workspace in workspaces.items()} for _ in range(options.runs)]
    seconds = {way: statistics.median(run[way][0] for run in figures) for way in WAYS}
    peaks = {way: max(run[way][1] for run in figures) for way in WAYS}
    ratio = statistics.median(run["with"][0] / run["without"][0] for run in figures)
    print(json.dumps({"seconds": seconds, "peak_mb": peaks, "ratio": round(ratio, 3)}, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, required=True)
    return parser.parse_args()


def _make_centre(workspace: Path, agents: int, months: int, *, pseudonyms: str) -> None:
    from attrition import pipeline
    from attrition.data.people.protection import PEOPLE
    from attrition.data.progress import silent

    pipeline.draw_centre(workspace, agents=agents, months=months, seed=1, progress=silent)
    text = (workspace / PEOPLE).read_text(encoding="utf-8")
    text = text.replace("pseudonyms = true", f"pseudonyms = {pseudonyms}")
    (workspace / PEOPLE).write_text(text, encoding="utf-8")


def _measured(workspace: Path) -> tuple[float, float]:
    """Return the processor's seconds and the peak memory, in MB, of a panel."""
    command = [str(Path(sys.executable).with_name("attrition")), "panel", "--workspace", str(workspace)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("the panel failed; run it alone to see why")
    return round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
