"""Seconds and memory of `attrition retrain` and `attrition score`, by number of agents.

python benchmarks/training.py DEMO --folder /tmp/large --agents 7500 15000 30000 60000

For each size a workspace is made whose panel repeats the agents of DEMO under other numbers, with all tables that are
read with it; its exports are those of DEMO and are not read again. So this measures what reads a panel, and not how a
panel is built. The repeated agents are alike: the times and the memory are those of a centre of that size, the quality
of the model is not. Each command runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from attrition import declared
from attrition.data.panel_job import PanelJob
from attrition.runs import Runs
from attrition.steps.fingerprint import panel_fingerprint

REPEATED = ("panel", "outcomes", "audit", "interventions", "evaluations", "spells", "gone_without_exit")
"""Tables under runs/ with a row or more for each agent."""
OWN_FOLDERS = ("runs", "reports", "mlartifacts", "people", "ledger", ".attrition")
"""What a workspace of another size does not take over."""


def enlarge(base: Path, folder: Path, agents: int) -> int:
    """Write a workspace whose panel repeats the agents of another, and return its number of agent-months."""
    ignored = shutil.ignore_patterns(*OWN_FOLDERS, "mlflow.db*")
    shutil.copytree(base, folder, ignore=ignored, copy_function=os.link)
    source, target = Runs(base), Runs(folder)
    target.folder.mkdir()
    newest = pc.max(pq.read_table(source.panel, columns=["as_of"])["as_of"])
    names = pq.read_table(source.panel, columns=["agent_id", "as_of"])
    at_risk = names.filter(pc.equal(names["as_of"], newest))["agent_id"].unique()
    everybody = names["agent_id"].unique()
    whole, rest = divmod(agents, len(at_risk))
    few = everybody.slice(0, round(len(everybody) * rest / len(at_risk)))
    copies = [everybody] * whole + ([few] if len(few) else [])
    for path in sorted(source.folder.iterdir()):
        if path.stem in REPEATED and path.suffix == ".parquet":
            repeat(path, target.folder / path.name, copies)
        elif path.is_file():
            shutil.copy(path, target.folder)
    job = declared.read(folder / "pipelines" / "panel.toml", PanelJob)
    about = json.loads((target.folder / "panel.json").read_text(encoding="utf-8"))
    about["made_from"] = panel_fingerprint(folder, job)
    (target.folder / "panel.json").write_text(json.dumps(about), encoding="utf-8")
    return int(pq.read_metadata(target.panel).num_rows)


def repeat(path: Path, target: Path, copies: list[pa.Array]) -> None:
    """Write the rows of some agents once for each copy, with the number of the copy before the agent's."""
    file = pq.ParquetFile(path)
    texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    with pq.ParquetWriter(target, file.schema_arrow, use_dictionary=texts) as writer:
        for number, agents in enumerate(copies):
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group)
                rows = rows.filter(pc.is_in(rows["agent_id"].cast(pa.string()), agents))
                position = rows.schema.get_field_index("agent_id")
                field = rows.schema.field(position)
                renamed = pc.binary_join_element_wise(f"{number:03d}", rows["agent_id"].cast(pa.string()), "-")
                writer.write_table(rows.set_column(position, field, renamed.cast(field.type)))


def measure(folder: Path, *command: str) -> tuple[float, float, float]:
    """Run a command in a workspace; return its seconds by the clock and of the processor, and its peak in MB."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "attrition", *command, "--workspace", str(folder)])
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def put_in_use(folder: Path) -> None:
    """Let the version that was trained score, whatever it failed: repeated agents are no centre to judge it by."""
    verdict = json.loads((Runs(folder).folder / "retrain" / "version-1.json").read_text(encoding="utf-8"))
    if verdict["alias"] == "challenger":
        failed = [check["name"] for check in verdict["checks"] if not check["passed"]]
        despite = [argument for name in failed for argument in ("--despite", name)]
        measure(folder, "models", "promote", "1", "--by", "benchmark", "--reason", "to measure a score", *despite)


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--agents", type=int, nargs="+", default=[7500, 15_000, 30_000, 60_000])
    arguments = parser.parse_args()
    month = Runs(arguments.base).panel_provenance()["data_ends"][:7]
    print(
        "| agents | agent-months | command | clock, s | processor, s | peak, MB |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for agents in arguments.agents:
        folder = arguments.folder / f"{agents}"
        rows = enlarge(arguments.base, folder, agents)
        for command in (["retrain"], ["score", "--as-of", month]):
            clock, processor, peak = measure(folder, *command)
            row = (f"{agents:,}", f"{rows:,}", f"`{command[0]}`", f"{clock:.1f}", f"{processor:.1f}", f"{peak:,.0f}")
            print("| " + " | ".join(row) + " |", flush=True)
            if command == ["retrain"]:
                put_in_use(folder)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
