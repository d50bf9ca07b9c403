"""The peers' own environments, made once from pinned requirement files; a failure says what pip said."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1]
NEEDS = {
    "xgboost": "peers",
    "catboost": "peers",
    "random_survival_forest": "peers",
    "cox": "peers",
    "fife": "fife",
}
"""Which requirement file a peer needs; the others run in the environment of attrition itself."""


class NotInstalled(Exception):
    """An environment could not be made; says why, in pip's last words."""


def interpreter(peer: str, folder: Path) -> Path:
    """Give the Python that runs a peer, making its environment in `folder` when it is missing or out of date.

    Raises
    ------
    NotInstalled
        pip could not install what the requirement file pins.
    """
    if peer not in NEEDS:
        return Path(sys.executable)
    name = NEEDS[peer]
    home, pinned = folder / f".venv-{name}", REQUIREMENTS / f"{name}.txt"
    made_from = home / "made-from.txt"
    wanted = hashlib.sha256(pinned.read_bytes()).hexdigest()
    if not made_from.exists() or made_from.read_text(encoding="utf-8") != wanted:
        _make(home, pinned)
        made_from.write_text(wanted, encoding="utf-8")
    return _python(home)


def _python(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _make(home: Path, pinned: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    print(f"  installing {pinned.name} into {home}", flush=True)
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(pinned)]
    for command in ([sys.executable, "-m", "venv", str(home)], [str(_python(home)), *install]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise NotInstalled(f"{pinned.name} could not be installed: {said[-1] if said else 'pip says nothing'}")
