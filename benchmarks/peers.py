"""Hold our model against its peers: the same agent-months, the same origins, side by side in one run.

Each peer runs in a process of its own, one after the other, with the same cores; one that fails is named and left out.
Peers that attrition does not bring are installed into environments of their own from `peers.txt` and `fife.txt`.

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
    """A workspace with its panel, and how many months ahead its risks are judged."""

    name: str
    workspace: Path
    horizon: int


def main() -> None:
    """Lay the trials of each centre, run every peer on them, and print the table."""
    asked = _arguments()
    asked.folder.mkdir(parents=True, exist_ok=True)
    parts = [_held(centre, asked) for centre in _centres(asked)]
    table = pd.concat([measured for measured, _ in parts], ignore_index=True)
    spent = pd.concat([seconds for _, seconds in parts], ignore_index=True)
    table.merge(spent, on=["centre", "peer"], how="left").to_csv(asked.folder / "table.csv", index=False)
    text = page.written(table, spent)
    (asked.folder / "table.md").write_text(text, encoding="utf-8")
    print(text)
    print("\n".join(figures.lost(table)) or "ours is above every peer on every promised metric")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[], help="synthetic centres to make, one per seed")
    parser.add_argument("--agents", type=int, default=1200)
    parser.add_argument("--months", type=int, default=48)
    parser.add_argument("--workspace", type=Path, nargs="*", default=[], help="ready workspaces, judged 3 months ahead")
    parser.add_argument(
        "--ola", type=Path, help="ola_driver_scaler.csv, judged 1 month ahead as the README declares it"
    )
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, help="only these, and ours")
    parser.add_argument("--folder", type=Path, required=True, help="centres, trials, scores and the table")
    parser.add_argument("--environments", type=Path, default=BENCHMARKS.parent, help="where .venv-* folders are kept")
    parser.add_argument(
        "--kept", action="store_true", help="take a peer's scores of the same tables, code and packages"
    )
    asked = parser.parse_args()
    if not (asked.seeds or asked.workspace or asked.ola):
        parser.error("name at least one centre: --seeds, --workspace or --ola")
    if len({workspace.name for workspace in asked.workspace}) < len(asked.workspace):
        parser.error("two workspaces have the same folder name, which is what the table calls them by")
    return asked


def _centres(asked: argparse.Namespace) -> Iterator[Centre]:
    from side_by_side import centres

    for workspace in asked.workspace:
        yield Centre(workspace.name, workspace, centres.MONTHS_AHEAD)
    for seed in asked.seeds:
        made = centres.synthetic(asked.folder / "centres", seed=seed, agents=asked.agents, months=asked.months)
        yield Centre(f"seed {seed}", made, centres.MONTHS_AHEAD)
    if asked.ola:
        yield Centre("Ola", centres.ola(asked.folder / "centres", asked.ola), 1)


def _held(centre: Centre, asked: argparse.Namespace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every peer on one centre; give the figures and the seconds."""
    from side_by_side import centres
    from side_by_side.trials import lay

    trials = asked.folder / "trials" / centre.name.replace(" ", "-")
    shutil.rmtree(trials, ignore_errors=True)
    about = lay(centre.workspace, trials, horizon=centre.horizon)
    print(f"{centre.name}: {len(about['at'])} origins, {centre.horizon} months ahead", flush=True)
    scores, seconds = {}, []
    for peer in [figures.OURS, *[one for one in asked.peers if one != figures.OURS]]:
        out = asked.folder / "scores" / trials.name / peer
        if _ran(peer, trials, out, asked):
            scores[peer] = pd.read_parquet(out / "scores.parquet")
            seconds.append(json.loads((out / "seconds.json").read_text()) | {"centre": centre.name, "peer": peer})
    truth = pd.read_parquet(trials / "truth.parquet")
    scores |= centres.oracle(centre.workspace, truth, horizon=centre.horizon)
    table = figures.judge(scores, truth, draws=about["draws"]).assign(centre=centre.name)
    return table, pd.DataFrame(seconds)


def _ran(peer: str, trials: Path, out: Path, asked: argparse.Namespace) -> bool:
    """Run a peer unless the same run was kept; False when it could not run, which is said."""
    try:
        python = interpreter(peer, asked.environments)
    except NotInstalled as failure:
        print(f"  {peer}: left out, {failure}", flush=True)
        return False
    run = fingerprint(peer, trials)
    if asked.kept and is_kept(peer, out, run):
        print(f"  {peer}: kept", flush=True)
        return True
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [str(python), "-m", "side_by_side.process", peer, str(trials), str(out), str(os.cpu_count())]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        print(f"  {peer}: left out, {said[-1] if said else f'exit code {done.returncode}'}", flush=True)
        return False
    (out / "run.txt").write_text(run, encoding="utf-8")
    print(f"  {peer}: done", flush=True)
    return True


def _environment() -> dict[str, str]:
    """Give every peer the same cores; threads that wait do not spin, since that burns what another could use."""
    import attrition

    paths = os.pathsep.join([str(BENCHMARKS), str(Path(attrition.__file__).parents[1])])
    cores = str(os.cpu_count())
    return os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": cores, "OMP_WAIT_POLICY": "PASSIVE"}


def is_kept(peer: str, out: Path, run: str) -> bool:
    """Say whether the same run was finished before; ours never was, since the package's code may have changed."""
    told = out / "run.txt"
    return module_of(peer) != "ours" and told.exists() and told.read_text(encoding="utf-8") == run


def fingerprint(peer: str, trials: Path) -> str:
    """Name a run by its tables, its code and its packages."""
    code = [BENCHMARKS / "side_by_side" / f"{name}.py" for name in ("process", module_of(peer))]
    files = [*code, BENCHMARKS / "peers.txt", BENCHMARKS / "fife.txt", BENCHMARKS.parent / "locks" / "core.txt"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    return f"{json.loads((trials / 'about.json').read_text())['hash']} {digest} {sys.version_info[:2]}"


if __name__ == "__main__":
    main()
