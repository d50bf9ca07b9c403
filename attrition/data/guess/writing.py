"""The text of `sources.toml`: sections of new tables, with a remark and a confidence for each guess, and questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrition.data.guess.profile import Profile
from attrition.data.guess.questions import Question
from attrition.data.guess.toml_file import bare_or_quoted, literal, sections
from attrition.data.phrase import Phrase, in_language
from attrition.data.terms import Language

QUESTION = "# ? "
"""How a line begins that holds an open question; these lines are written anew by every run."""
NOT_PLACED = "# ! "
"""How a line begins that names what is not used; these lines are written anew by every run."""
_ABOUT = (
    Phrase(
        "Written by `attrition map`. Every line is yours to change; the next run keeps what stands here.",
        "由 attrition map 生成。每一行都可以修改；再次运行时保留已有内容。",
    ),
    Phrase(
        'Behind each heading: how sure the guess is. Lines that begin with "# ?" are questions still open: answer them '
        "with `attrition map`, in the workbook, or by writing the key named there.",
        "每个表头后面是把握程度。以“# ?”开头的行是尚待回答的问题：运行 attrition map 回答，或在工作簿中填写，"
        "或直接写入所示的键。",
    ),
)


def site_section(site: Mapping[str, Any], language: Language) -> str:
    """Return the head of a new file: what it is, and the site."""
    about = [f"# {in_language(phrase, language)}" for phrase in _ABOUT]
    look = Phrase("guessed from the language of the headings; please look at it", "按表头的语言推测，请核对")
    lines = [f"{name} = {literal(value)}" for name, value in site.items()]
    return "\n".join([*about, "", "[site]  # " + in_language(look, language), *lines, ""])


def table_section(profile: Profile, name: str, language: Language) -> str:
    """Return the section of one new table: its keys, columns and words, each guess with its remark."""
    remarks = [f"# {in_language(remark, language)}" for remark in profile.remarks]
    header = f"[tables.{profile.table}]  # {name}"
    keys = [f"{key} = {literal(value)}" for key, value in profile.keys.items() if not _has_section(key)]
    unused = _unused(profile, language)
    own = {key: value for key, value in profile.keys.items() if _has_section(key)}
    parts = [
        *_block(profile.table, "columns", _columns(profile, language)),
        *(line for key, value in own.items() for line in _block(profile.table, key, _pairs(value))),
        *(
            line
            for column, words in profile.values.items()
            for line in _block(profile.table, f"values.{column}", _pairs(words))
        ),
    ]
    return "\n".join(["", header, *remarks, *keys, *unused, *parts, ""])


def _has_section(key: str) -> bool:
    return key in ("units", "missing", "from_file_name", "constants", "features")


def _block(table: str, name: str, lines: Sequence[str]) -> list[str]:
    return [f"[tables.{table}.{name}]", *lines] if lines else []


def _pairs(words: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {literal(value)}" for name, value in words.items()]


def _key(name: str) -> str:
    """Return a key: names of the contract bare, words and headings always between quotation marks."""
    return bare_or_quoted(name) if name.islower() and name.isascii() else literal(name)


def _columns(profile: Profile, language: Language) -> list[str]:
    lines = []
    for heading, column in profile.columns.items():
        remarks = [in_language(remark, language) for remark in profile.remarks_of.get(heading, ())]
        note = "; ".join([f"{profile.confidence[heading]:.0%}", *remarks])
        lines.append(f"{literal(heading)} = {literal(column)}  # {note}")
    return lines


def _unused(profile: Profile, language: Language) -> list[str]:
    """Return the list of headings that are not used, and why where that is to be said."""
    if not profile.unused:
        return []
    reasons = [
        f"# {heading}: {in_language(remark, language)}"
        for heading in profile.unused
        for remark in profile.remarks_of.get(heading, ())
    ]
    return [*reasons, f"unused = {literal(profile.unused)}"]


def with_open_questions(
    text: str, questions: Iterable[Question], not_placed: Sequence[Phrase], language: Language
) -> str:
    """Return the text with the open questions of each table below its header, and what was not placed at its end."""
    lines = [line for line in text.splitlines() if not line.startswith((QUESTION.rstrip(), NOT_PLACED.rstrip()))]
    for question in questions:
        place = _place(lines, question)
        lines[place:place] = _question_lines(question, language)
    while lines and not lines[-1].strip():
        lines.pop()
    closing = [f"{NOT_PLACED}{in_language(phrase, language)}" for phrase in not_placed]
    return "\n".join([*lines, *(["", *closing] if closing else []), ""])


def _place(lines: Sequence[str], question: Question) -> int:
    """Return where a question goes: below the header of its table, or at the end of the file."""
    for number, key in sections(lines):
        if key == question.key[:2]:
            return number + 1
    return len(lines)


def _question_lines(question: Question, language: Language) -> list[str]:
    key = ".".join(bare_or_quoted(part) for part in question.key[2:])
    answers = " | ".join(
        f"{literal(option.changes[0].value)}: {in_language(option.label, language)}" for option in question.options
    )
    evidence = in_language(question.evidence, language)
    text = in_language(question.text, language) + (f" ({evidence})" if evidence else "")
    return [f"{QUESTION}{text}", f"{QUESTION}    {key} = {answers}"]
