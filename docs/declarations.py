"""The reference of declarations, generated from the classes that read pipelines/*.toml and models/*.toml.

A key's meaning is the string under it in its class; kind, limits and default are the class's own.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from attrition.data.panel_job import PanelJob
from attrition.data.people.protection import Protection
from attrition.data.sources import Sources
from attrition.declared import Declaration
from attrition.jobs import CheckJob, MonitorJob, MonthlyJob, PlanJob, Retention, RetrainJob, SendJob
from attrition.model.spec import BacktestJob, Spec
from attrition.model.tunable import TuneJob
from attrition.predict.playbook import Playbook
from attrition.report.papers.declaration import PapersJob

ROOT = Path(__file__).parents[1]

FILES: dict[str, type[Declaration]] = {
    "pipelines/sources.toml": Sources,
    "pipelines/people.toml": Protection,
    "pipelines/papers.toml": PapersJob,
    "pipelines/check.toml": CheckJob,
    "pipelines/panel.toml": PanelJob,
    "pipelines/backtest.toml": BacktestJob,
    "pipelines/tune.toml": TuneJob,
    "pipelines/retrain.toml": RetrainJob,
    "pipelines/monthly.toml": MonthlyJob,
    "pipelines/monitor.toml": MonitorJob,
    "pipelines/plan.toml": PlanJob,
    "pipelines/send.toml": SendJob,
    "pipelines/retention.toml": Retention,
    "models/resignation.toml": Spec,
    "models/playbook.toml": Playbook,
}
"""Which class reads which file."""

WORDS = {bool: "true or false", int: "whole number", float: "number", str: "text", date: "day"}
LIMITS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def page() -> str:
    """Return one Markdown section for each file: its tables of keys, and the starter file as it stands."""
    return "\n\n".join(_file(name, declared) for name, declared in FILES.items())


def keys(declared: type[Declaration], place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield every key of a declaration: the table it stands in, its name, and its meaning; tables inside follow."""
    for name in declared.model_fields:
        yield place, name, meaning(declared, name)
    for inner, at in _tables(declared, place):
        yield from keys(inner, at)


def meaning(declared: type[Declaration], name: str) -> str:
    """Return the string under a key; for a table without one, what its class is for."""
    inner = _declared_in(declared.model_fields[name].annotation)
    return meanings(declared).get(name) or (_promise(inner).partition("\n\n")[0] if inner else "")


@cache
def meanings(declared: type[Declaration]) -> dict[str, str]:
    """Return the string that stands under each key in the source of the class, or of one that it builds on."""
    above = declared.__mro__[1]
    inherited = meanings(above) if issubclass(above, Declaration) and above is not Declaration else {}
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(declared))).body
    lines = tree.body  # type: ignore[attr-defined]
    return inherited | {
        line.target.id: " ".join(after.value.value.split())
        for line, after in pairwise(lines)
        if isinstance(line, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


def _file(name: str, declared: type[Declaration]) -> str:
    starter = textwrap.indent((ROOT / name).read_text(encoding="utf-8").rstrip(), "    ")
    whole = f'??? note "The starter file"\n\n    ```{{ .toml data-search-exclude }}\n{starter}\n    ```'
    return "\n\n".join([f"## {name}", *_parts(declared, ""), whole])


def _parts(declared: type[Declaration], place: str) -> Iterator[str]:
    """Yield what a table is for and its keys, then the same for each table inside it."""
    if place:
        yield f"### `{place}`"
    yield _promise(declared)
    rows = [_row(declared, name, place) for name in declared.model_fields if not _table_in(declared, name)]
    if rows:
        yield "| key | kind | default | meaning |\n|---|---|---|---|\n" + "\n".join(rows)
    for inner, at in _tables(declared, place):
        yield from _parts(inner, at)


def _promise(declared: type[Declaration]) -> str:
    """Return the docstring of the class up to its first section."""
    text = inspect.cleandoc(declared.__doc__ or "").partition("\n\nExamples\n---")[0]
    return text.replace("``", "`")


def _row(declared: type[Declaration], name: str, place: str) -> str:
    field = declared.model_fields[name]
    limits = _limits(field.metadata)
    kind = f"{_kind(field.annotation)}{', ' if limits else ''}{limits}"
    default = "required" if field.is_required() else _toml(field.get_default(call_default_factory=True))
    cells = [f"`{name}`", kind, default, meaning(declared, name)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _tables(declared: type[Declaration], place: str) -> Iterator[tuple[type[Declaration], str]]:
    """Yield the tables inside a table with the heading each has in the file; several of one class are shown once."""
    fields = {name: _declared_in(field.annotation) for name, field in declared.model_fields.items()}
    inside = {name: inner for name, inner in fields.items() if inner is not None}
    for inner in dict.fromkeys(inside.values()):
        names = [name for name, each in inside.items() if each is inner]
        yield inner, _heading(declared, names, place)


def _heading(declared: type[Declaration], names: list[str], place: str) -> str:
    annotation = declared.model_fields[names[0]].annotation
    last = names[0] if len(names) == 1 else "KEY"
    inside = f"{place.strip('[]')}.{last}".lstrip(".") + (".NAME" if _holds(annotation, dict) else "")
    return f"[[{inside}]]" if _holds(annotation, tuple) else f"[{inside}]"


def _table_in(declared: type[Declaration], name: str) -> type[Declaration] | None:
    """Return the declaration of a key that is shown as a table of its own and needs no row."""
    inner = _declared_in(declared.model_fields[name].annotation)
    alike = [each for each in declared.model_fields.values() if _declared_in(each.annotation) is inner]
    return inner if len(alike) == 1 else None


def _declared_in(annotation: Any) -> type[Declaration] | None:
    """Return the declaration that a kind is, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        return annotation
    return next((inner for part in get_args(annotation) if (inner := _declared_in(part)) is not None), None)


def _holds(annotation: Any, kind: type) -> bool:
    return get_origin(annotation) is kind or any(get_origin(part) is kind for part in get_args(annotation))


def _kind(annotation: Any) -> str:
    """Return a kind in words.

    Examples
    --------
    >>> _kind(tuple[int, ...]), _kind(float | None), _kind(dict[str, str])
    ('list: whole number', 'number', 'table: text')
    """
    origin, parts = get_origin(annotation), [part for part in get_args(annotation) if part not in (NoneType, ...)]
    if annotation in WORDS:
        return WORDS[annotation]
    if origin is Literal:
        return " or ".join(f"`{json.dumps(part)}`" for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(map(_kind, parts))
    if origin is tuple:
        return f"{len(parts)} {_kind(parts[0])}s" if ... not in get_args(annotation) else f"list: {_kind(parts[0])}"
    if origin is dict:
        return f"table: {_kind(parts[1])}"
    inner = _declared_in(annotation)
    if inner is not None:
        return "table"
    return _annotated(annotation, parts)


def _annotated(annotation: Any, parts: list[Any]) -> str:
    """Return the kind of a type with limits, with the limits."""
    if not hasattr(annotation, "__metadata__"):
        return str(annotation)
    limits = _limits([each for note in annotation.__metadata__ for each in getattr(note, "metadata", [note])])
    return f"{_kind(parts[0])}{', ' if limits else ''}{limits}"


def _limits(metadata: list[Any]) -> str:
    """Return limits of a value as they would be written."""
    said = [
        f"{sign} {getattr(each, name):g}" for each in metadata for name, sign in LIMITS.items() if hasattr(each, name)
    ]
    said += [f"like `{each.pattern}`" for each in metadata if getattr(each, "pattern", None)]
    return ", ".join(said)


def _toml(value: Any) -> str:
    """Return a default as it would be written in the file."""
    if value is None:
        return ""
    if isinstance(value, Declaration):
        return "see below"
    if isinstance(value, dict):
        return "empty" if not value else f"`{value}`"
    if isinstance(value, tuple) and not value:
        return "empty"
    return f"`{json.dumps(value, ensure_ascii=False)}`"
