"""The one door to declarations: every TOML file is read here, checked against its model, and refused in words."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from attrition.errors import DeclarationError, nearest


class Declaration(BaseModel):
    """A part of a declaration file; unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


D = TypeVar("D", bound=Declaration)


def read(path: Path, model: type[D]) -> D:
    """Read one TOML file as the given declaration.

    Parameters
    ----------
    path : Path
        A UTF-8 TOML file.
    model : type of Declaration
        What the file declares.

    Raises
    ------
    DeclarationError
        The file is missing, is not TOML, or says something the model does not allow;
        the message lists every place at once.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DeclarationError(f"{path} is not there; `attrition init` lays a starter one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{path} is not TOML in UTF-8: {error}") from None
    return parse(content, model, where=str(path))


def parse(content: dict[str, object], model: type[D], *, where: str) -> D:
    """Check declared content that is already in memory; `where` names it in errors."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [_sentence(item, model) for item in error.errors(include_url=False, include_input=False)]
        raise DeclarationError(f"{where}: " + "; ".join(lines)) from None


def _sentence(item: object, model: type[BaseModel]) -> str:
    location = [str(part) for part in item["loc"]]  # type: ignore[index]
    place = ".".join(location)
    if item["type"] == "extra_forbidden":  # type: ignore[index]
        return f"{place} is not a known key{nearest(location[-1], _keys(model, location[:-1]))}"
    return f"{place}: {item['msg']}"  # type: ignore[index]


def _keys(model: type[BaseModel], path: list[str]) -> list[str]:
    """List the keys allowed at a place, following nested declarations as far as they are plain."""
    for part in path:
        field = model.model_fields.get(part)
        inner = getattr(field, "annotation", None)
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)
