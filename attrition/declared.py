"""Read a declaration file (TOML), check it against its class, and report all of its mistakes in one error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from attrition.errors import DeclarationError, did_you_mean
from attrition.message import Message, joined, recognised


class Declaration(BaseModel):
    """Base class of the tables of declaration files: unknown keys are refused, values cannot be changed.

    `renamed` maps the former name of a renamed key of this table to its present name, and `retired` a key that has no
    use any more to the reason, for the error message.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    renamed: ClassVar[Mapping[str, str]] = {}
    retired: ClassVar[Mapping[str, str]] = {}


MISTAKES = (
    Message("Field required"),
    Message("Input should be a valid string"),
    Message("Input should be a valid boolean"),
    Message("Input should be a valid integer"),
    Message("Input should be a valid integer, got a number with a fractional part"),
    Message("Input should be a valid integer, unable to parse string as an integer"),
    Message("Input should be a valid number"),
    Message("Input should be a valid number, unable to parse string as a number"),
    Message("Input should be a finite number"),
    Message("Input should be a valid list"),
    Message("Input should be a valid tuple"),
    Message("Input should be a valid dictionary"),
    Message("Input should be a valid dictionary or instance of {name}"),
    Message("Input should be a valid date"),
    Message("Input should be a valid date or datetime, {problem}"),
    Message("Input should be greater than or equal to {least}"),
    Message("Input should be greater than {limit}"),
    Message("Input should be less than or equal to {most}"),
    Message("Input should be less than {limit}"),
    Message("Input should be {choices}"),
    Message("String should have at least {count} character"),
    Message("String should have at least {count} characters"),
    Message("String should have at most {count} characters"),
    Message("String should match pattern '{pattern}'"),
    Message("List should have at least {least} item after validation, not {items}"),
    Message("Tuple should have at least {least} item after validation, not {items}"),
    Message("Dictionary should have at least {least} item after validation, not {items}"),
)
"""What pydantic says about values, in its own words."""

PLACES = (
    Message("{problem} (at line {line}, column {column})"),
    Message("{problem} (at end of document)"),
    Message("'{encoding}' codec can't decode byte {byte} in position {position}: {reason}"),
    Message("'{encoding}' codec can't decode bytes in position {position}: {reason}"),
)
PROBLEMS = (
    Message("Invalid statement"),
    Message("Invalid value"),
    Message("Invalid initial character for a key part"),
    Message("Expected '=' after a key in a key/value pair"),
    Message("Expected ']' at the end of a table declaration"),
    Message("Expected ']]' at the end of an array declaration"),
    Message("Expected newline or end of document after a statement"),
    Message("Cannot overwrite a value"),
    Message("Cannot declare {key} twice"),
    Message("Duplicate inline table key {key}"),
    Message("Unescaped '\\' in a string"),
    Message("Unterminated string"),
    Message("Unclosed array"),
    Message("Unclosed inline table"),
    Message("Found invalid character {sign}"),
    Message("Illegal character {sign}"),
    Message("invalid start byte"),
    Message("invalid continuation byte"),
    Message("unexpected end of data"),
)
"""What Python says about a file that is not TOML, and where, in its own words."""

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
        raise DeclarationError("{path} is not there; `attrition init` writes a starter one", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = recognised(str(error), PLACES)
        problem = Message(place.template, **{key: recognised(text, PROBLEMS) for key, text in place.values.items()})
        raise DeclarationError("{path} is not TOML in UTF-8: {problem}", path=path, problem=problem) from None
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
        raise DeclarationError("{where}: {mistakes}", where=where, mistakes=joined("; ", mistakes)) from None


def _describe_mistake(item: Any, model: type[Declaration]) -> Message:
    """Return one mistake that pydantic found as text: the dotted path of the key, and what is wrong with it."""
    key_path = ".".join(str(part) for part in item["loc"])
    if item["type"] != "extra_forbidden":
        return Message("{key}: {mistake}", key=key_path, mistake=_words_for(item))
    key, table = str(item["loc"][-1]), _table_at(model, item["loc"][:-1])
    if table is not None and key in table.renamed:
        return Message("{key} is now called {name}", key=key_path, name=table.renamed[key])
    if table is not None and key in table.retired:
        reason = Message(table.retired[key])
        return Message("{key} has no use any more, since {reason}; delete the line", key=key_path, reason=reason)
    hint = did_you_mean(key, table.model_fields if table is not None else ())
    return Message("{key} is not a known key{hint}", key=key_path, hint=hint)


def _words_for(item: Any) -> Message:
    """Return what pydantic says about a value, so that it can be translated; a validator of ours raises a `Message`."""
    if item["type"] == "value_error":
        return Message("Value error, {problem}", problem=item["ctx"]["error"].args[0])
    return recognised(item["msg"], MISTAKES)


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
