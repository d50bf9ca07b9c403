"""The program: its version, those of its libraries, which extras are installed, and whether PDFs can be written."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path

from packaging.requirements import Requirement

from attrition.message import Message, joined
from attrition.steps.doctor.finding import Line, look, ok, wrong

PACKAGE = "attrition"
SHOWN = {"lightgbm": "LightGBM", "duckdb": "DuckDB", "mlflow": "MLflow", "ibis-framework": "Ibis"}
"""Libraries whose versions are shown, by the names of their packages."""
FOR_DEVELOPERS = {"build", "docs", "dev"}
INSTALL_AGAIN = Message("install the versions of the lock: python -m pip install --require-hashes -r locks/core.txt")


def examine_program(_: Path) -> Iterator[Line]:
    """Look at the versions of Python, attrition and its libraries, and load those that need the system's libraries."""
    python = ("Python", platform.python_version())
    named = [python, *((name, _version(package)) for package, name in {PACKAGE: PACKAGE, **SHOWN}.items())]
    yield ok(Message("{versions} ({machine})", versions=_listed(named), machine=platform.platform(terse=True)))
    try:
        requirements = [Requirement(text) for text in metadata.requires(PACKAGE) or ()]
    except metadata.PackageNotFoundError:
        yield look(
            Message("attrition runs from a folder and is not installed, so versions cannot be compared"), INSTALL_AGAIN
        )
    else:
        yield from _unmet(requirements)
        yield _extras(requirements)
    yield from _native()


def examine_pdf(_: Path) -> Iterator[Line]:
    """Look at what PDFs need of the system: Pango, and a font with Chinese signs."""
    from attrition.report.fonts import chinese_font
    from attrition.report.pdf import PANGO_MISSING_MESSAGE, can_render_pdf

    if not can_render_pdf():
        yield look(PANGO_MISSING_MESSAGE, Message("install Pango where PDFs are wanted; all else is written without"))
        return
    family = chinese_font()
    if family:
        yield ok(Message("PDFs can be written; Chinese in them is set in {font}", font=family))
    else:
        yield look(
            Message("no font of this machine has Chinese signs; Chinese PDFs would show boxes"),
            Message("install one, such as Noto Sans CJK (Debian: apt-get install fonts-noto-cjk)"),
        )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"


def _listed(named: list[tuple[str, str]]) -> str:
    return joined(", ", [f"{name} {version}" for name, version in named])


def _unmet(requirements: list[Requirement]) -> Iterator[Line]:
    """Yield each library that is missing, or not of a version that this attrition was made for."""
    for needed in requirements:
        if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
            continue
        version = _version(needed.name)
        if not needed.specifier.contains(version if version != "?" else "0", prereleases=True):
            yield wrong(
                Message(
                    "{package} {version} is installed, and {needed} is needed",
                    package=needed.name,
                    version=version,
                    needed=str(needed.specifier),
                ),
                INSTALL_AGAIN,
            )


def _extras(requirements: list[Requirement]) -> Line:
    """Return which extras are installed; an extra is when each of its packages is there."""
    extras = [name for name in metadata.metadata(PACKAGE).get_all("Provides-Extra") or () if name not in FOR_DEVELOPERS]
    is_there = {extra: _has_extra(extra, requirements) for extra in sorted(extras)}
    none = Message("none")
    return ok(
        Message(
            "extras installed: {installed}; not installed: {others}",
            installed=joined(", ", [extra for extra in is_there if is_there[extra]]) or none,
            others=joined(", ", [extra for extra in is_there if not is_there[extra]]) or none,
        )
    )


def _has_extra(extra: str, requirements: list[Requirement]) -> bool:
    needed = [one for one in requirements if one.marker and one.marker.evaluate({"extra": extra})]
    without = [one for one in requirements if one.marker and one.marker.evaluate({"extra": ""})]
    return all(_version(one.name) != "?" for one in needed if one not in without)


def _native() -> Iterator[Line]:
    """Yield the libraries that do not load, since something of the system is missing."""
    for module in ("duckdb", "lightgbm"):
        try:
            import_module(module)
        except (ImportError, OSError) as error:
            yield wrong(
                Message("{package} does not load ({kind})", package=SHOWN[module], kind=type(error).__name__),
                Message("LightGBM needs OpenMP (Debian: apt-get install libgomp1); else {again}", again=INSTALL_AGAIN),
            )
