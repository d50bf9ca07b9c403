"""Time `attrition panel` for one more month of data beside building every month of the same data anew.

The exports are first cut to what was on file a month before the end, and the panel is built from them; then the whole
exports lie there, as after a month. From then on the run that keeps what did not change and the one that builds all
months (`--anew`) take turns on the same files, and their panels must have the same bytes.

    python benchmarks/another_month.py --runs 2 --folder /tmp/centre/1200x48
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import duckdb

from attrition.data.tables import TABLES

PENDING = """* REPLACE (
    CASE WHEN {late} THEN 'pending' ELSE status END AS status,
    CASE WHEN {late} THEN NULL ELSE decided_on END AS decided_on
)"""
"""Leave that was decided after the cut was still open."""


def main() -> None:
    """Run both in turn on a workspace that `benchmarks/panel.py` made, and print what they took."""
    options = _arguments()
    workspace = options.folder.with_name(f"{options.folder.name}-another-month")
    shutil.rmtree(workspace, ignore_errors=True)
    shutil.copytree(options.folder, workspace, ignore=shutil.ignore_patterns("runs"))
    _cut(workspace / "exports")
    _timed(workspace)
    shutil.copytree(options.folder / "exports", workspace / "exports", dirs_exist_ok=True)
    shutil.copytree(workspace / "runs", workspace / "runs-before")
    figures = [_both(workspace) for _ in range(options.runs)]
    print(json.dumps({name: _median(figures, name) for name in figures[0]}, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="a workspace of benchmarks/panel.py")
    parser.add_argument("--runs", type=int, default=2)
    return parser.parse_args()


def _cut(exports: Path) -> None:
    """Leave in each table what was on file when the last month began."""
    con = duckdb.connect()
    day = con.execute(
        f"SELECT date_trunc('month', max(shift_date))::DATE FROM '{exports / 'shifts.parquet'}'"
    ).fetchone()
    assert day is not None
    for path in sorted(exports.iterdir()):
        table = TABLES.get(path.stem)
        if not path.is_file() or table is None:
            continue
        rows = f"read_csv('{path}', all_varchar = true)" if path.suffix == ".csv" else f"'{path}'"
        columns = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}
        known = "recorded_at" if "recorded_at" in columns else table.happened
        selected = PENDING.format(late=f"decided_on::DATE >= '{day[0]}'") if path.stem == "leave_requests" else "*"
        where = f"WHERE {known}::DATE < '{day[0]}'" if known else ""
        part = path.with_suffix(f"{path.suffix}.part")
        con.execute(f"COPY (SELECT {selected} FROM {rows} {where}) TO '{part}' (FORMAT {path.suffix[1:]})")
        part.rename(path)


def _both(workspace: Path) -> dict[str, float]:
    """Return seconds and peak memory of both ways, one after the other; end where their panels differ."""
    figures, panels = {}, []
    for name, options in (("another_month", []), ("anew", ["--anew"])):
        shutil.rmtree(workspace / "runs")
        shutil.copytree(workspace / "runs-before", workspace / "runs")
        figures |= {f"{name}_{key}": value for key, value in _timed(workspace, *options).items()}
        panels.append(sha256((workspace / "runs" / "panel.parquet").read_bytes()).hexdigest())
    if len(set(panels)) > 1:
        sys.exit("the panel with kept months is not the one from scratch")
    return figures


def _timed(workspace: Path, *options: str) -> dict[str, float]:
    command = [sys.executable, "-m", "attrition", "panel", "--workspace", str(workspace), *options]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command[2:])} failed")
    seconds = {"wall_seconds": time.monotonic() - started, "processor_seconds": usage.ru_utime + usage.ru_stime}
    return seconds | {"peak_mb": usage.ru_maxrss / 1024}


def _median(figures: list[dict[str, float]], name: str) -> float:
    return round(statistics.median(figure[name] for figure in figures), 1)


if __name__ == "__main__":
    main()
