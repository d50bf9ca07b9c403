"""Read a declaration file (TOML), check it against its class, and report all of its mistakes in one error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from attrition.errors import DeclarationError, did_you_mean


class Declaration(BaseModel):
    """Base class of the tables of declaration files: unknown keys are refused, values cannot be changed.

    `renamed` maps the former name of a renamed key of this table to its present name, and `retired` a key that has no
    use any more to the reason, for the error message.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    renamed: ClassVar[Mapping[str, str]] = {}
    retired: ClassVar[Mapping[str, str]] = {}


D = TypeVar("D", bound=Declaration)


def read(path: Path, model: type[D]) -> D:
    """Return the content of one TOML file as an instance of its class.

    Parameters
    ----------
    path : Path
        A UTF-8 TOML file.
    model : type of Declaration
        The class of the file's content.

    Raises
    ------
    DeclarationError
        The file is missing, is not TOML in UTF-8, or holds a key or value that its class does not allow;
        the message lists every mistake with the dotted path of its key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DeclarationError(f"{path} is not there; `attrition init` writes a starter one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} is not TOML in UTF-8: {error}") from None
    return parse(content, model, where=str(path))


def parse(content: dict[str, object], model: type[D], *, where: str) -> D:
    """Return parsed TOML as an instance of its class; errors name it by `where`, such as the path of its file.

    Raises
    ------
    DeclarationError
        A key or value is not allowed; the message lists every mistake.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        mistakes = [_describe_mistake(item, model) for item in error.errors(include_url=False, include_input=False)]
        raise DeclarationError(f"{where}: " + "; ".join(mistakes)) from None


def _describe_mistake(item: Any, model: type[Declaration]) -> str:
    """Return one mistake that pydantic found as text: the dotted path of the key, and what is wrong with it."""
    key_path = ".".join(str(part) for part in item["loc"])
    if item["type"] != "extra_forbidden":
        return f"{key_path}: {item['msg']}"
    key, table = str(item["loc"][-1]), _table_at(model, item["loc"][:-1])
    if table is not None and key in table.renamed:
        return f"{key_path} is now called {table.renamed[key]}"
    if table is not None and key in table.retired:
        return f"{key_path} has no use any more, since {table.retired[key]}; delete the line"
    return f"{key_path} is not a known key{did_you_mean(key, table.model_fields if table is not None else ())}"


def _table_at(annotation: Any, key_path: Sequence[str | int]) -> type[Declaration] | None:
    """Return the class of the table at a path of keys below a type, or None where there is no table.

    The path may lead through lists and mappings, and the types may be optional.
    """
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        if not key_path:
            return annotation
        field = annotation.model_fields.get(str(key_path[0]))
        return None if field is None else _table_at(field.annotation, key_path[1:])
    is_container = get_origin(annotation) in (dict, list, tuple)
    tables = (_table_at(part, key_path[1:] if is_container else key_path) for part in get_args(annotation))
    return next((table for table in tables if table is not None), None)
