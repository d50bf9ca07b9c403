"""Reads every declaration file (TOML), checks it against its class, and reports all of its mistakes in one error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from attrition.errors import DeclarationError, nearest


class Declaration(BaseModel):
    """A table of a declaration file; unknown keys are refused, values are frozen.

    `renamed` maps keys of this table that had another name in an earlier version to their present name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    renamed: ClassVar[Mapping[str, str]] = {}


D = TypeVar("D", bound=Declaration)


def read(path: Path, model: type[D]) -> D:
    """Read one TOML file as a declaration.

    Parameters
    ----------
    path : Path
        A UTF-8 TOML file.
    model : type of Declaration
        The class of the file's content.

    Raises
    ------
    DeclarationError
        The file is missing, is not TOML, or holds a key or value that its class does not allow;
        the message lists every such place.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DeclarationError(f"{path} is not there; `attrition init` writes a starter one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} is not TOML in UTF-8: {error}") from None
    return parse(content, model, where=str(path))


def parse(content: dict[str, object], model: type[D], *, where: str) -> D:
    """Check a declaration that is already in memory; `where` names it in errors."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [_sentence(item, model) for item in error.errors(include_url=False, include_input=False)]
        raise DeclarationError(f"{where}: " + "; ".join(lines)) from None


def _sentence(item: Any, model: type[Declaration]) -> str:
    place = ".".join(str(part) for part in item["loc"])
    if item["type"] != "extra_forbidden":
        return f"{place}: {item['msg']}"
    key, table = str(item["loc"][-1]), _table_at(model, item["loc"][:-1])
    if table is not None and key in table.renamed:
        return f"{place} is now called {table.renamed[key]}"
    return f"{place} is not a known key{nearest(key, table.model_fields if table is not None else ())}"


def _table_at(annotation: Any, place: Sequence[str | int]) -> type[Declaration] | None:
    """Return the class of the table at a place, also inside a list, a mapping or an optional value."""
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        if not place:
            return annotation
        field = annotation.model_fields.get(str(place[0]))
        return None if field is None else _table_at(field.annotation, place[1:])
    is_container = get_origin(annotation) in (dict, list, tuple)
    tables = (_table_at(part, place[1:] if is_container else place) for part in get_args(annotation))
    return next((table for table in tables if table is not None), None)
