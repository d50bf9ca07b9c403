"""Time the command `attrition panel --anew` beside one plain DuckDB pass over the same tables.

The pass reads each input table once and aggregates every numeric column by agent and month: the least that any panel
takes. Both run in processes of their own, in turn, on the same machine; the figure is their ratio.

    python benchmarks/panel.py --agents 12000 --months 48 --runs 3 --folder /tmp/centre
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PLAIN_PASS = """
import sys, duckdb
from pathlib import Path
from attrition.data.tables import TABLES
con = duckdb.connect()
con.execute(f"SET threads = {sys.argv[2]}")
for path in sorted(Path(sys.argv[1]).iterdir()):
    table = TABLES.get(path.stem)
    if table is None or table.happened is None:
        continue
    columns = con.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    numeric = ("DOUBLE", "BIGINT", "INTEGER", "FLOAT", "BOOLEAN", "SMALLINT", "TINYINT")
    numbers = [c[0] for c in columns if c[1] in numeric]
    sums = "".join(f', sum("{c}"::DOUBLE)' for c in numbers)
    keys = [k for k in ("agent_id", "site", "job_role") if k in {c[0] for c in columns}]
    by = ", ".join([*keys, f"date_trunc('month', {table.happened}::DATE)"])
    con.execute(f"CREATE OR REPLACE TABLE plain AS SELECT {by}, count(*){sums} FROM '{path}' GROUP BY ALL")
"""


def main() -> None:
    """Simulate the centre when it is missing, run both in turn, and print the ratio."""
    options = _arguments()
    workspace = options.folder / f"{options.agents}x{options.months}"
    if not (workspace / "pipelines").exists():
        make_centre(workspace, options.agents, options.months)
    panel = [str(Path(sys.executable).with_name("attrition")), "panel", "--anew", "--workspace", str(workspace)]
    plain = [sys.executable, "-c", PLAIN_PASS, str(workspace / "exports"), str(os.cpu_count())]
    figures = [(_timed(plain), _timed(panel)) for _ in range(options.runs)]
    print(json.dumps(_summary(figures) | {"agents": options.agents, "months": options.months}, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=12000)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, required=True)
    return parser.parse_args()


def make_centre(workspace: Path, agents: int, months: int) -> None:
    """Write a workspace with the exports of a synthetic centre."""
    from attrition import workspace as workspaces
    from attrition.data.synthetic import sources_toml, write_centre

    workspaces.write_starter(workspace)
    write_centre(workspace / "exports", agents=agents, months=months, seed=1)
    (workspace / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")


def _timed(command: list[str]) -> tuple[float, float]:
    """Return the seconds a process took and its peak memory in MB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command[:2])} failed; run it alone to see why")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def _summary(figures: list[tuple[tuple[float, float], tuple[float, float]]]) -> dict[str, float]:
    return {
        "plain_pass_seconds": round(statistics.median(plain[0] for plain, _ in figures), 2),
        "panel_seconds": round(statistics.median(panel[0] for _, panel in figures), 2),
        "ratio": round(statistics.median(panel[0] / plain[0] for plain, panel in figures), 2),
        "panel_peak_mb": round(max(panel[1] for _, panel in figures)),
    }


if __name__ == "__main__":
    main()
