"""What a reader meets after a kill or on a full disk at each durable step of a command: all the old, or all the new.

    PYTHONPATH=. python benchmarks/faults.py                  # every command
    PYTHONPATH=. python benchmarks/faults.py panel plan       # some

Takes the small workspace kept with the tests. For kills the command runs once; at each durable step, before and after
it, the workspace is copied, which is what a process that is killed there leaves (`fault_child.py`). In each copy a
reader begins as any command does, then the products are compared byte by byte with those before the command and those
of a run that was not disturbed; the aliases and decisions of the registry count as products. For each different state
that was met, the command then runs again and must leave what the undisturbed run left. For full disks the command runs
once per step, which is refused, with all later ones that need room. PDFs are left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attrition.data.alive import leftovers
from attrition.data.at_work import SEARCHED, at_work
from attrition.data.swap import is_interrupted
from attrition.model import aliases
from tests.fixtures.make_workspace import KEPT, PILOT

COMMANDS = {
    "panel": "panel",
    "monthly": "monthly --as-of 2026-10 --lang en",
    "replay": "monthly --from 2026-04 --to 2026-04 --lang en",
    "plan": "plan --budget 3000 --as-of 2026-10",
    "pilot design": "pilot design leader_coaching --as-of 2026-10 --name another",
    "pilot read": f"pilot read {PILOT}",
    "retrain": "retrain",
}
FULL = ("disk is full", "No space left on device")
"""What a command says of a full disk, by words; the second where the audit log cannot be written."""
CHILD = Path(__file__).parent / "fault_child.py"
View = dict[str, str]


@dataclass
class Trial:
    """What was met at the steps of one command.

    Parameters
    ----------
    met : Counter
        By way (kill, full disk) and state (old, new, mixture), the number of steps.
    wrong : list of str
        Everything that must not be, in words.
    """

    command: str
    steps: int = 0
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    states: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def view(workspace: Path) -> View:
    """Return what readers see: a hash of each product, and what the registry decided; no cards of unused versions."""
    in_use = aliases.current_aliases(workspace)
    seen = {"aliases": json.dumps(in_use, sort_keys=True)}
    decided = [f"{change.what} {change.version}" for change in aliases.alias_history(workspace)]
    seen["decisions"] = json.dumps(decided)
    for top in ("runs", "reports", "pilots"):
        for path in sorted((workspace / top).rglob("*")):
            name = path.relative_to(workspace).as_posix()
            if path.is_file() and ".part-" not in name and _is_used(name, set(in_use.values())):
                seen[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return seen


def _is_used(name: str, versions: set[str]) -> bool:
    """Return whether a product is not that of a version that no alias names."""
    of_version = name.removeprefix("runs/retrain/version-")
    return of_version == name or of_version.split("/")[0].removesuffix(".json") in versions


def run(workspace: Path, way: str, value: str, words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a child process that watches its durable steps."""
    command = [sys.executable, str(CHILD), str(workspace), way, value, "--", *words.split()]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"LANGUAGE": "en"})


def undisturbed(workspace: Path, words: str) -> View:
    """Run a command with nothing in its way, and return what it left."""
    done = run(workspace, "kill", "0", words)
    if done.returncode:
        raise SystemExit(f"{words}: {done.stdout}{done.stderr}")
    return view(workspace)


def prepared(folder: Path) -> Path:
    """Copy the kept workspace, with a panel of this code, a month and its report, made by another budget."""
    workspace = Path(shutil.copytree(KEPT, folder / "prepared"))
    for words in ("panel", "monthly --as-of 2026-10 --lang zh"):
        undisturbed(workspace, words)
    learning = workspace / "models" / "resignation.toml"  # so that a retrain differs from the versions before
    learning.write_text(learning.read_text(encoding="utf-8").replace("learning_rate = 0.05", "learning_rate = 0.07"))
    check = workspace / "pipelines" / "sources.toml"  # so that a panel differs from the one before
    check.write_text(check.read_text(encoding="utf-8").replace('name = "', 'name = "New ', 1), encoding="utf-8")
    return workspace


def left_over(workspace: Path) -> list[str]:
    """List what no command may find of one that was killed."""
    parts = [path.name for path in leftovers(workspace, SEARCHED)]
    spilt = [path.name for path in (workspace / ".attrition").glob("spilt-*")]
    return [*parts, *spilt, *(["a journal"] if is_interrupted(workspace) else [])]


def note(trial: Trial, way: str, step: str, workspace: Path, expected: dict[str, View]) -> str:
    """Let a reader begin, and note which state it meets and what is left over; return the state."""
    with at_work(workspace):
        seen = view(workspace)
    state = next((name for name, products in expected.items() if products == seen), "mixture")
    trial.met[way, state] += 1
    if state == "mixture":
        differing = [name for name in {*seen, *expected["new"]} if seen.get(name) != expected["new"].get(name)]
        trial.wrong.append(f"{way} at {step}: a mixture ({sorted(differing)[:4]})")
    if rest := left_over(workspace):
        trial.wrong.append(f"{way} at {step}: left over {rest}")
    return state


def trial_of_kills(trial: Trial, start: Path, words: str, folder: Path) -> dict[str, View]:
    """Look at a copy of every step, and run the command again from every state that was met; return old and new."""
    copies, workspace = folder / "copies", Path(shutil.copytree(start, folder / "watched"))
    copies.mkdir()
    done = run(workspace, "copy", str(copies), words)
    if done.returncode:
        raise SystemExit(f"{words}: {done.stdout}{done.stderr}")
    expected = {"old": view(start), "new": view(workspace)}
    steps = sorted(path for path in copies.iterdir() if path.is_dir())
    trial.steps = len(steps) // 2
    states: dict[str, Path] = {}
    for path in steps:
        label = path.with_suffix(".txt").read_text(encoding="utf-8")
        state = note(trial, "kill", f"{path.name} {label}", path, expected)
        whole = f"{state} {_versions(path)}"
        if whole not in states:
            states[whole] = path
        else:
            shutil.rmtree(path)
    trial.states = set(states)
    for whole, path in states.items():
        again = undisturbed(path, words) if words.split()[0] != "pilot" or whole.startswith("old") else view(path)
        if _without_numbers(again) != _without_numbers(expected["new"]) and not _is_second(words, whole):
            trial.wrong.append(f"run again after a kill ({whole}): other products than of the undisturbed run")
    return expected


def _is_second(words: str, whole: str) -> bool:
    """Return whether the run after the kill was a second retrain, which makes a second version."""
    return words == "retrain" and whole.startswith("new")


def _versions(workspace: Path) -> int:
    return len(aliases.registered_versions(workspace))


def _without_numbers(seen: View) -> View:
    """Return a view without what the number of a version changes."""
    return {
        name: value for name, value in seen.items() if "version-" not in name and name not in ("aliases", "decisions")
    }


def trial_of_full_disks(
    trial: Trial, start: Path, words: str, folder: Path, expected: dict[str, View], every: int
) -> None:
    """Refuse each step in a run of its own, and look at what is left."""
    for number in range(1, trial.steps + 1, every):
        workspace = Path(shutil.copytree(start, folder / "full"))
        done = run(workspace, "full", str(number), words)
        state = note(trial, "full disk", f"step {number}", workspace, expected)
        is_said = any(words in done.stdout + done.stderr for words in FULL)
        if "Traceback" in done.stderr or (done.returncode, is_said) not in ((2, True), (0, False)):
            trial.wrong.append(f"full disk at step {number}: exit code {done.returncode}, {done.stderr[-200:]!r}")
        if done.returncode == 0 and state != "new":
            trial.wrong.append(f"full disk at step {number}: exit code 0 and not the new products")
        shutil.rmtree(workspace)


def trials(names: list[str], every: int) -> Iterator[Trial]:
    """Try the named commands, each from the same workspace."""
    with tempfile.TemporaryDirectory() as place:
        start = prepared(Path(place))
        for name in names:
            folder, trial = Path(place) / name.replace(" ", "-"), Trial(name)
            folder.mkdir()
            expected = trial_of_kills(trial, start, COMMANDS[name], folder)
            trial_of_full_disks(trial, start, COMMANDS[name], folder, expected, every)
            shutil.rmtree(folder)
            yield trial


def main() -> None:
    """Print the table, and what is wrong below it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", help=f"of {', '.join(COMMANDS)}")
    parser.add_argument("--every", type=int, default=1, help="refuse every so manieth step only")
    options = parser.parse_args()
    print("| command | durable steps | kills: old | new | mixture | refused: old | new | mixture | what was wrong |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for trial in trials(options.commands or list(COMMANDS), options.every):
        counts = [trial.met[way, state] for way in ("kill", "full disk") for state in ("old", "new", "mixture")]
        cells = [trial.command, trial.steps, *counts, len(trial.wrong) or "nothing"]
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
        for line in trial.wrong[:20]:
            print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
