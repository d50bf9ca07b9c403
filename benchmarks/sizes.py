"""Seconds and memory of every step from tables to report, by size of centre.

    python benchmarks/sizes.py --folder /tmp/sizes --agents 7500 15000 30000 60000 --months 48

Each size is a synthetic centre of its own. Its commands run one after the other, each in a process of its own; the
processor's seconds are those to compare where a machine does other work too. An event is a shift, a day of contacts, an
interaction or an evaluation.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pyarrow.parquet as pq
from panel import make_centre
from training import measure, put_in_use

from attrition.runs import Runs

EVENTS = ("shifts", "contacts", "interactions", "qa_evaluations")
COLUMNS = ("agents", "events", "command", "processor, s", "a million events, s", "clock, s", "peak, MB")


def main() -> None:
    """Print a row for each size and command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--agents", type=int, nargs="+", default=[7500, 15_000, 30_000, 60_000])
    parser.add_argument("--months", type=int, default=48)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    for agents in arguments.agents:
        measure_size(arguments.folder / f"{agents}x{arguments.months}", agents, arguments.months)


def measure_size(folder: Path, agents: int, months: int) -> None:
    """Run every command on a centre of one size, which is made where it is missing, and print what each took."""
    if not folder.exists():
        make_centre(folder, agents, months)
    events = sum(pq.read_metadata(folder / "exports" / f"{table}.parquet").num_rows for table in EVENTS)
    for command in (["check"], ["panel", "--anew"], ["retrain"], ["score"], ["monthly"]):
        month = Runs(folder).panel_provenance()["data_ends"][:7] if command[0] in ("score", "monthly") else ""
        clock, processor, peak = measure(folder, *command, *(["--as-of", month] if month else []))
        figures = (f"{processor:.0f}", f"{processor / events * 1e6:.2f}", f"{clock:.0f}", f"{peak:,.0f}")
        print("| " + " | ".join((f"{agents:,}", f"{events:,}", f"`{command[0]}`", *figures)) + " |", flush=True)
        if command == ["retrain"]:
            put_in_use(folder)


if __name__ == "__main__":
    main()
