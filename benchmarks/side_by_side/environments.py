"""The peers' own environments, made once from pinned requirement files; a failure reports pip's last line."""

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
    """An environment could not be made; the message ends with pip's last line."""


def interpreter(peer: str, folder: Path) -> Path:
    """Return the Python that runs a peer, making its environment in `folder` when it is missing or out of date.

    Raises
    ------
    NotInstalled
        pip could not install what the requirement file pins.
    """
    if peer not in NEEDS:
        return Path(sys.executable)
    name = NEEDS[peer]
    environment, requirements = folder / f".venv-{name}", REQUIREMENTS / f"{name}.txt"
    made_from = environment / "made-from.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not made_from.exists() or made_from.read_text(encoding="utf-8") != digest:
        _make(environment, requirements)
        made_from.write_text(digest, encoding="utf-8")
    return _python(environment)


def _python(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _make(environment: Path, requirements: Path) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    print(f"  installing {requirements.name} into {environment}", flush=True)
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirements)]
    for command in ([sys.executable, "-m", "venv", str(environment)], [str(_python(environment)), *install]):
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        if process.returncode:
            lines = (process.stderr or process.stdout).strip().splitlines()
            raise NotInstalled(
                f"{requirements.name} could not be installed: {lines[-1] if lines else 'no message from pip'}"
            )
