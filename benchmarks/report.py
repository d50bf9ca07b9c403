"""Time the editions of a month's report, and the leaders' PDFs apart, with the memory each needs.

    python benchmarks/report.py demo --as-of 2026-10
    python benchmarks/report.py huge --as-of 2026-10 --agents 20000

With ``--agents`` the workspace is made first: a synthetic centre of that many agents, the model of a second workspace
(``--model demo``), its panel and the month's scores. How long a report takes does not depend on where its model learnt.

Each part runs in a process of its own, twice, of which the faster counts. Processor time is of the process and of the
renderers it starts; ratios are to the time that scoring the month takes in the same run.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from attrition import pipeline
from attrition.data.progress import silent
from attrition.data.synthetic import write_centre
from attrition.steps.report import gather_report, write_leader_pdfs, write_report
from attrition.terminal.command import month

LANGS = ("en", "zh")
MONTHS = 25
"""Months of the centre that is made: a year before the one compared with."""


def score(workspace: Path, as_of: date) -> None:
    """Score the month."""
    pipeline.score(workspace, as_of, progress=silent)


def editions(workspace: Path, as_of: date) -> None:
    """Write every edition in both languages, with the PDFs of all but the leaders."""
    write_report(workspace, gather_report(workspace, as_of), langs=LANGS, progress=silent)


def leaders(workspace: Path, as_of: date) -> None:
    """Render the PDFs of every team leader."""
    for path in (workspace / "reports" / f"{as_of:%Y-%m}" / "teams").glob("*.pdf"):
        path.unlink()
    write_leader_pdfs(workspace, as_of, progress=silent)


PARTS: dict[str, Callable[[Path, date], None]] = {"score": score, "editions": editions, "leaders": leaders}
"""What is timed, in the order in which each needs the one before."""


def make(workspace: Path, model: Path, *, agents: int) -> None:
    """Write a centre of so many agents with the declarations and the model of another workspace, and its panel."""
    for name in ("pipelines", "models", "mlartifacts"):
        shutil.copytree(model / name, workspace / name)
    shutil.copy2(model / "mlflow.db", workspace / "mlflow.db")
    shutil.copytree(model / "people", workspace / "people", ignore=shutil.ignore_patterns("people.sqlite"))
    shutil.copytree(model / "runs" / "retrain", workspace / "runs" / "retrain")
    write_centre(workspace / "exports", agents=agents, months=MONTHS, seed=1)
    pipeline.panel(workspace, progress=silent)


def measured(part: str, workspace: Path, as_of: date) -> dict[str, float]:
    """Run a part in a process of its own, twice, and return the figures of the faster run."""
    command = [sys.executable, __file__, str(workspace), "--as-of", f"{as_of:%Y-%m}", "--part", part]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(2)]
    return min(runs, key=lambda figures: figures["wall"])


def run_part(part: str, workspace: Path, as_of: date) -> dict[str, float]:
    """Run a part here, and return wall time, processor time (both in seconds) and the largest memory (MB)."""
    begun = time.perf_counter()
    PARTS[part](workspace, as_of)
    wall = time.perf_counter() - begun
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "wall": wall,
        "cpu": sum(usage.ru_utime + usage.ru_stime for usage in usages),
        "memory": max(usage.ru_maxrss for usage in usages) / 1024,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line per part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--as-of", required=True)
    parser.add_argument("--agents", type=int)
    parser.add_argument("--model", type=Path, default=Path("demo"))
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    as_of = month(chosen.as_of)
    if chosen.part:
        print(json.dumps(run_part(chosen.part, chosen.workspace, as_of)))
        return
    if chosen.agents and not (chosen.workspace / "runs" / "panel.parquet").exists():
        make(chosen.workspace, chosen.model, agents=chosen.agents)
    figures = {part: measured(part, chosen.workspace, as_of) for part in PARTS}
    files = sum(1 for _ in (chosen.workspace / "reports" / f"{as_of:%Y-%m}" / "teams").glob("*.pdf"))
    print("| part | wall (s) | processor (s) | largest process (MB) | of scoring |\n|---|---|---|---|---|")
    for part, row in figures.items():
        ratio = row["wall"] / figures["score"]["wall"]
        print(f"| {part} | {row['wall']:.1f} | {row['cpu']:.1f} | {row['memory']:.0f} | {ratio:.2f} |")
    print(f"{files} leaders' PDFs: {figures['leaders']['cpu'] / max(files, 1):.2f} s of processor time each")


if __name__ == "__main__":
    main()
