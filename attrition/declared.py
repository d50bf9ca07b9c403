"""Read a declaration file (TOML), check it against its class, and report all of its mistakes in one error."""

from __future__ import annotations

import re
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

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_PLACE = re.compile(r"at line (\d+)")
_LOST = re.compile(r"[\t\n\r\f\b]")
_LOST_IN_PATH = re.compile(r"^\s*path\s*=\s*\"[^\"]*\\[a-z]")
_CURES = (
    (re.compile("[“”„‟]"), Message('write straight quotation marks " instead of “ and ”')),
    (re.compile("[‘’]"), Message("write straight quotation marks ' instead of ‘ and ’")),
    (re.compile("＝"), Message("write = instead of the full-width ＝")),
    (re.compile("[［］【】]"), Message("write [ and ] instead of full-width brackets")),
    (re.compile("，|、"), Message("write a comma , instead of the full-width ，")),
    (re.compile(r"\"[^\"]*\\"), Message("write / instead of \\ in a path")),
)
"""What makes a line no TOML, by the signs that editors and Chinese keyboards put there, and what to write instead."""


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
    text = read_text(path)
    return parse(tomllib.loads(text), model, where=str(path))


def read_text(path: Path) -> str:
    """Return the text of one TOML file, which can be parsed.

    Raises
    ------
    DeclarationError
        The file is missing, is not in UTF-8 or not TOML; the message names the line and what to write there.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DeclarationError("{path} is not there; `attrition init` writes a starter one", path=path) from None
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, error) from None
    if (number := _line_of_lost_backslash(text, content)) is not None:
        raise _line_error(path, number, Message("a backslash and a letter mean something else; write / instead of \\"))
    return text


def _not_utf8(path: Path, error: UnicodeDecodeError) -> DeclarationError:
    """Return what to do with a file that an editor saved in the encoding of a Chinese Windows, or in an unknown one."""
    try:
        is_chinese = bool(_CHINESE.search(path.read_bytes().decode("gb18030")))
    except UnicodeDecodeError:
        is_chinese = False
    if not is_chinese:
        return _as_python_says(path, error)
    return DeclarationError(
        "{path} is saved in GBK (ANSI); open it in Notepad, choose Save As, encoding UTF-8, and save it again",
        path=path,
    )


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> DeclarationError:
    """Return which line is no TOML and what to write there, where a usual mistake is in it."""
    place = _PLACE.search(str(error))
    lines = text.splitlines()
    number = min(int(place[1]), len(lines)) if place else 0
    cure = next((cure for sign, cure in _CURES if number and sign.search(_without_remark(lines[number - 1]))), None)
    if cure is None:
        return _as_python_says(path, error)
    return _line_error(path, number, cure)


def _as_python_says(path: Path, error: Exception) -> DeclarationError:
    """Return what Python says about a file, in words that the catalogue knows."""
    place = recognised(str(error), PLACES)
    problem = Message(place.template, **{key: recognised(text, PROBLEMS) for key, text in place.values.items()})
    return DeclarationError("{path} is not TOML in UTF-8: {problem}", path=path, problem=problem)


def _line_error(path: Path, number: int, cure: Message) -> DeclarationError:
    return DeclarationError("{path}, line {number}: {cure}", path=path, number=number, cure=cure)


def _without_remark(line: str) -> str:
    """Return a line without the remark behind it, as far as that can be told of a line that is no TOML."""
    return line if line.count("#") != 1 or '"' in line.partition("#")[2] else line.partition("#")[0]


def _line_of_lost_backslash(text: str, content: Mapping[str, object]) -> int | None:
    """Return the line of a path in which a backslash and a letter became a tab or a line end, or None."""
    if not any(_LOST.search(path) for path in _paths(content)):
        return None
    return next((number for number, line in enumerate(text.splitlines(), 1) if _LOST_IN_PATH.search(line)), None)


def _paths(content: Mapping[str, object]) -> list[str]:
    tables = content.get("tables")
    sources = tables.values() if isinstance(tables, Mapping) else ()
    return [str(source.get("path", "")) for source in sources if isinstance(source, Mapping)]


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
