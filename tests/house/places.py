"""The paths of the repository, the package and its modules."""

from pathlib import Path

import attrition

REPOSITORY = Path(attrition.__file__).parents[1]
PACKAGE = REPOSITORY / "attrition"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")
