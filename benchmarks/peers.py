"""Compare our model with its peers: the same agent-months, the same origins, all in one run.

Each peer runs in a process of its own, one after the other, with the same cores; one that fails is named and left out.
Peers that attrition does not depend on are installed into environments of their own from `peers.txt` and `fife.txt`.

    python benchmarks/peers.py --seeds 1 2 3 --ola ola_driver_scaler.csv --folder /tmp/peers

Leaves ``table.csv``, ``table.md`` and each peer's raw scores under ``scores/`` in the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from side_by_side import figures, page
from side_by_side.environments import NotInstalled, interpreter
from side_by_side.process import MODULES, module_of

BENCHMARKS = Path(__file__).parent
PEERS = [peer for peers in MODULES.values() for peer in peers]


@dataclass(frozen=True)
class Centre:
    """A workspace with its panel, and how many months ahead its risks are evaluated."""

    name: str
    workspace: Path
    horizon: int


def main() -> None:
    """Write the trials of each centre, run every peer on them, and print the table."""
    options = _arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    parts = [_compare_peers(centre, options) for centre in _centres(options)]
    table = pd.concat([metrics for metrics, _ in parts], ignore_index=True)
    seconds = pd.concat([times for _, times in parts], ignore_index=True)
    table.merge(seconds, on=["centre", "peer"], how="left").to_csv(options.folder / "table.csv", index=False)
    text = page.comparison_page(table, seconds)
    (options.folder / "table.md").write_text(text, encoding="utf-8")
    print(text)
    print("\n".join(figures.better_peers(table)) or "ours is above every peer on every promised metric")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[], help="synthetic centres to make, one per seed")
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument(
        "--workspace", type=Path, nargs="*", default=[], help="ready workspaces, evaluated 3 months ahead"
    )
    parser.add_argument(
        "--ola", type=Path, help="ola_driver_scaler.csv, evaluated 1 month ahead with the README's declaration"
    )
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, help="only these, and ours")
    parser.add_argument("--folder", type=Path, required=True, help="centres, trials, scores and the table")
    parser.add_argument("--environments", type=Path, default=BENCHMARKS.parent, help="where .venv-* folders are kept")
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="reuse a peer's scores of the same tables, code and packages",
    )
    options = parser.parse_args()
    if not (options.seeds or options.workspace or options.ola):
        parser.error("name at least one centre: --seeds, --workspace or --ola")
    if len({workspace.name for workspace in options.workspace}) < len(options.workspace):
        parser.error("two workspaces have the same folder name, by which the table names them")
    return options


def _centres(options: argparse.Namespace) -> Iterator[Centre]:
    from side_by_side import centres

    for workspace in options.workspace:
        yield Centre(workspace.name, workspace, centres.MONTHS_AHEAD)
    for seed in options.seeds:
        workspace = centres.make_synthetic_centre(
            options.folder / "centres", seed=seed, agents=options.agents, months=options.months
        )
        yield Centre(f"seed {seed}", workspace, centres.MONTHS_AHEAD)
    if options.ola:
        yield Centre("Ola", centres.make_ola_workspace(options.folder / "centres", options.ola), 1)


def _compare_peers(centre: Centre, options: argparse.Namespace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every peer on one centre; return the metrics and the seconds."""
    from side_by_side import centres
    from side_by_side.trials import write_trials

    trials = options.folder / "trials" / centre.name.replace(" ", "-")
    shutil.rmtree(trials, ignore_errors=True)
    description = write_trials(centre.workspace, trials, horizon=centre.horizon)
    print(f"{centre.name}: {len(description['at'])} origins, {centre.horizon} months ahead", flush=True)
    scores, seconds = {}, []
    for peer in [figures.OURS, *[peer for peer in options.peers if peer != figures.OURS]]:
        out = options.folder / "scores" / trials.name / peer
        if _run_peer(peer, trials, out, options):
            scores[peer] = pd.read_parquet(out / "scores.parquet")
            seconds.append(json.loads((out / "seconds.json").read_text()) | {"centre": centre.name, "peer": peer})
    truth = pd.read_parquet(trials / "truth.parquet")
    scores |= centres.oracle_risks(centre.workspace, truth, horizon=centre.horizon)
    table = figures.compare_metrics(scores, truth, draws=description["draws"]).assign(centre=centre.name)
    return table, pd.DataFrame(seconds)


def _run_peer(peer: str, trials: Path, out: Path, options: argparse.Namespace) -> bool:
    """Run a peer unless the scores of the same run are reused; print why and return False when it cannot run."""
    try:
        python = interpreter(peer, options.environments)
    except NotInstalled as failure:
        print(f"  {peer}: left out, {failure}", flush=True)
        return False
    run = fingerprint(peer, trials)
    if options.reuse and is_reusable(peer, out, run):
        print(f"  {peer}: scores of an earlier run reused", flush=True)
        return True
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [str(python), "-m", "side_by_side.process", peer, str(trials), str(out), str(os.cpu_count())]
    process = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if process.returncode:
        errors = process.stderr.strip().splitlines()
        print(f"  {peer}: left out, {errors[-1] if errors else f'exit code {process.returncode}'}", flush=True)
        return False
    (out / "run.txt").write_text(run, encoding="utf-8")
    print(f"  {peer}: done", flush=True)
    return True


def _environment() -> dict[str, str]:
    """Return the variables of a peer's process: all cores, and threads that wait without spinning."""
    import attrition

    paths = os.pathsep.join([str(BENCHMARKS), str(Path(attrition.__file__).parents[1])])
    cores = str(os.cpu_count())
    return os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": cores, "OMP_WAIT_POLICY": "PASSIVE"}


def is_reusable(peer: str, out: Path, run: str) -> bool:
    """Whether the same run was finished before; ours is always run, since the package's code may have changed."""
    finished = out / "run.txt"
    return module_of(peer) != "ours" and finished.exists() and finished.read_text(encoding="utf-8") == run


def fingerprint(peer: str, trials: Path) -> str:
    """Return a text that changes with the tables, the code and the packages of a run."""
    code = [BENCHMARKS / "side_by_side" / f"{name}.py" for name in ("process", module_of(peer))]
    files = [*code, BENCHMARKS / "peers.txt", BENCHMARKS / "fife.txt", BENCHMARKS.parent / "locks" / "core.txt"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    return f"{json.loads((trials / 'about.json').read_text())['hash']} {digest} {sys.version_info[:2]}"


if __name__ == "__main__":
    main()
