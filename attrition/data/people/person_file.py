"""A list of people, one row each, as everybody tries it first: how it is told apart, and how it is declared.

Such a file holds what was so on the day of export. With hire and exit dates it allows a life table; without dates it
allows nothing, since when somebody left, and what was so before, stands nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attrition.data.people.person_headings import Role, roles_of
from attrition.data.phrase import Phrase

MONTHS_OF_FILE = ("month", "asof", "snapshotdate", "yearmonth", "period", "mmmyy", "月份", "年月", "统计月份")
"""Headings of a file that has a row per person and month."""
_YES = ("yes", "y", "1", "true", "left", "ja", "是", "离职", "已离职")
_EXIT_WORDS = {
    "involuntary": r"involuntar|for cause|dismiss|fired|laid off|layoff|redundan|辞退|开除|解除|裁员|被动|劝退",
    "voluntary": r"voluntar|resign|quit|kündig|主动|辞职|自愿|个人原因",
    "other": r"retire|death|died|deceas|expired|contract|transfer|退休|死亡|身故|到期|合同|调动|调出|转出",
}
"""By kind of exit, the words for it; the first that is found counts."""

ASK_FOR_DATES = Phrase(
    "ask HR for three columns, one row per person, those who left included: staff number, hire date, and exit date "
    "(empty while employed); `attrition life-table` then shows how long people stay and when they leave, by site and "
    "department, with intervals",
    "请向人事要三列，每人一行、含已离职者：工号、入职日期、离职日期（在职者留空）；有了它们，`attrition life-table` "
    "就能给出人员留存多久、何时离职，并按职场和部门比较，均附区间",
)
ASK_FOR_HISTORY = Phrase(
    "for risks of people, ask HR for histories with the day from which each fact held: transfers (staff number, "
    "effective date, team), pay changes (staff number, effective date, base pay), and exits with their kind; or for "
    "the monthly staff list of each of the last 24 months",
    "若要估计个人风险，请向人事要带生效日期的历史：调动记录（工号、生效日期、班组）、调薪记录（工号、生效日期、底薪）、"
    "含离职类型的离职名单；或最近 24 个月每月一份的在职名单",
)


@dataclass(frozen=True)
class PersonFile:
    """A file with one row per person.

    Parameters
    ----------
    roles : mapping of str to str
        The heading of each role, see `attrition.data.people.person_headings.roles_of`.
    others : tuple of str
        The other headings: facts of the day of export.
    """

    roles: Mapping[Role, str]
    others: tuple[str, ...]

    @property
    def has_dates(self) -> bool:
        """Whether it says when people were hired and when they left."""
        return {"agent_id", "hire_date", "exit_date"} <= set(self.roles)

    @property
    def refusal(self) -> Phrase | None:
        """Why nothing can be estimated from it, and the shortest way on; None where it has the dates."""
        if self.has_dates:
            return None
        lacking = [name for name in ("agent_id", "hire_date", "exit_date") if name not in self.roles]
        return Phrase(
            "one row per person, and no column for {lacking}: it may say who left, never when, so nothing says who was "
            "there to be lost in which month, and every other column holds what was so on the day of export. No life "
            "table, no model, no risk can be made from it.\n- {dates}.\n- {history}.",
            "每人一行，但没有 {lacking_zh} 列：它或许说明了谁已离职，却没有何时离职，因此无从得知每个月有谁可能流失；"
            "其余各列都只是导出当天的值。由它做不出生命表，也做不出模型和风险。\n- {dates_zh}。\n- {history_zh}。",
            lacking=", ".join(lacking),
            lacking_zh="、".join(lacking),
            dates=ASK_FOR_DATES[0].upper() + ASK_FOR_DATES[1:],
            dates_zh=ASK_FOR_DATES.zh,
            history=ASK_FOR_HISTORY[0].upper() + ASK_FOR_HISTORY[1:],
            history_zh=ASK_FOR_HISTORY.zh,
        )


def one_row_per_person(columns: Mapping[str, Sequence[str | None]]) -> PersonFile | None:
    """Return what a file with one row per person holds; None where it is another table.

    Parameters
    ----------
    columns : mapping of str to sequence of str or None
        The values of the file as text by heading, all rows or a sample of whole rows.

    Returns
    -------
    PersonFile or None
        None where a month is among the headings, where a person stands in several rows with one hire date, or where
        nothing says who left: neither an exit date nor a column of yes and no.

    Examples
    --------
    >>> people = {"工号": ["01", "02"], "入职日期": ["2024-01-02", "2025-03-04"], "薪资": ["5", "6"]}
    >>> people |= {"离职日期": ["", "2025-09-30"]}
    >>> person_file = one_row_per_person(people)
    >>> person_file.has_dates, person_file.others
    (True, ('薪资',))
    >>> one_row_per_person({"Attrition": ["Yes", "No"], "Age": ["41", "28"]}).has_dates
    False
    >>> one_row_per_person({"工号": ["01", "01"], "离职日期": ["", ""], "月份": ["2026-01", "2026-02"]})
    """
    if any(_letters(heading) in MONTHS_OF_FILE for heading in columns):
        return None
    roles = roles_of(columns)
    if "exit_date" not in roles and not _says_who_left(columns, roles.get("has_left")):
        return None
    if _has_repeats(columns, roles):
        return None
    used = set(roles.values()) - {roles.get("has_left")}
    return PersonFile(roles=roles, others=tuple(heading for heading in columns if heading not in used))


def person_tables_toml(path: str, columns: Mapping[str, Sequence[str | None]], person_file: PersonFile) -> str:
    """Return the sections of `sources.toml` that read hires, exits and, where there is one, the unit from one file.

    Parameters
    ----------
    path : str
        The file, as it is written in the declaration.
    columns : mapping of str to sequence of str or None
        Its values as text by heading, see `one_row_per_person`.
    person_file : PersonFile
        It has dates.

    Examples
    --------
    >>> people = {"EmpID": ["1"], "DateofHire": ["3/30/2015"], "DateofTermination": ["6/16/2016"]}
    >>> text = person_tables_toml("staff.csv", people, one_row_per_person(people))
    >>> [line[:20] for line in text.splitlines() if line.startswith("dates")][0]
    'dates = ["%m/%d/%Y"]'
    """
    roles = person_file.roles
    head = [f"path = {_quoted(path)}", "recording_delay_days = 0", *_layout(columns, roles)]
    agents = {"agent_id": roles["agent_id"], "hire_date": roles["hire_date"], "site": roles.get("site")}
    exits = {"agent_id": roles["agent_id"], "exit_date": roles["exit_date"]}
    kinds = exit_kinds(columns.get(roles.get("exit_type", ""), ()), columns[roles["exit_date"]])
    if kinds:
        exits["exit_type"] = roles["exit_type"]
    lines = [
        "# One row per person. `attrition check` says what it allows, `attrition life-table` makes it.",
        "# 每人一行的名单：`attrition check` 说明能做什么，`attrition life-table` 给出结果。",
        "[tables.agents]",
        *head,
        f"columns = {_inline(agents)}",
        "",
        "[tables.exits]",
        *head,
        f"columns = {_inline(exits)}",
        'only_with = ["exit_date"]   # who has no exit date is employed / 无离职日期者为在职',
    ]
    if kinds:
        lines += ["[tables.exits.values.exit_type]", *(f"{_quoted(word)} = {_quoted(kinds[word])}" for word in kinds)]
    else:
        lines.append('constants = { exit_type = "other" }   # the file does not say the kind / 文件未说明离职类型')
    return "\n".join([*lines, "", *_unit_section(head, roles)]) + "\n"


def exit_kinds(words: Sequence[str | None], exit_days: Sequence[str | None]) -> dict[str, str]:
    """Return the kind of exit of each word that leavers have; empty where one of the words cannot be read as a kind.

    Examples
    --------
    >>> exit_kinds(["Active", "Voluntarily Terminated", "Terminated for Cause"], ["", "6/16/2016", "9/26/2016"])
    {'Terminated for Cause': 'involuntary', 'Voluntarily Terminated': 'voluntary'}
    >>> exit_kinds(["Active", "Gone"], ["", "6/16/2016"])
    {}
    """
    of_leavers = {str(word).strip() for word, day in zip(words, exit_days, strict=False) if word and _is_day(day)}
    kinds = {word: _kind(word) for word in sorted(of_leavers)}
    return {} if None in kinds.values() else {word: kind for word, kind in kinds.items() if kind is not None}


def _kind(word: str) -> str | None:
    return next((kind for kind, pattern in _EXIT_WORDS.items() if re.search(pattern, word, re.IGNORECASE)), None)


def _says_who_left(columns: Mapping[str, Sequence[str | None]], heading: str | None) -> bool:
    if heading is None:
        return False
    values = {str(value).strip().lower() for value in columns[heading] if value}
    return len(values) <= 2 and bool(values & set(_YES))


def _has_repeats(columns: Mapping[str, Sequence[str | None]], roles: Mapping[Role, str]) -> bool:
    """Return whether a person stands in several rows of one employment."""
    if "agent_id" not in roles:
        return False
    people = columns[roles["agent_id"]]
    hired = columns[roles["hire_date"]] if "hire_date" in roles else [""] * len(people)
    rows = [(person, day) for person, day in zip(people, hired, strict=False) if person]
    return len(set(rows)) < 0.99 * len(rows)


def _layout(columns: Mapping[str, Sequence[str | None]], roles: Mapping[Role, str]) -> list[str]:
    """Return the line that declares how dates are written, where the dates of the file leave one layout only."""
    days = [str(day).strip() for role in ("hire_date", "exit_date") for day in columns[roles[role]] if _is_day(day)]
    parts = [re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", day) for day in days]
    numbers = [(int(part[1]), int(part[3]), part[2], len(part[4])) for part in parts if part is not None]
    if not numbers or len({part[2:] for part in numbers}) > 1:
        return []
    separator, year = numbers[0][2], "%Y" if numbers[0][3] == 4 else "%y"
    first, second = max(part[0] for part in numbers), max(part[1] for part in numbers)
    if (first > 12) == (second > 12):
        return []
    layout = separator.join(["%m", "%d", year] if second > 12 else ["%d", "%m", year])
    remark = "one of the two numbers is never over 12: it is the month / 其中一个数从不大于 12，即为月份"
    return [f'dates = ["{layout}"]   # {remark}']


def _unit_section(head: Sequence[str], roles: Mapping[Role, str]) -> list[str]:
    """Return the section of the unit, for groups in the life table; a panel is refused with it."""
    if "team_id" not in roles:
        return []
    columns = {
        "agent_id": roles["agent_id"],
        "effective_date": roles["hire_date"],
        "team_id": roles["team_id"],
        "job_role": roles.get("job_role"),
    }
    return [
        "# The unit on the day of export, for groups of the life table; it is no history.",
        "# 导出当天的部门，仅用于生命表分组；它不是调动历史。",
        "[tables.assignments]",
        *head,
        f"columns = {_inline(columns)}",
    ]


def _is_day(value: str | None) -> bool:
    """Return whether a cell holds a day; words for nothing have no digits."""
    return bool(value) and any(letter.isdigit() for letter in str(value))


def _inline(columns: Mapping[str, str | None]) -> str:
    pairs = [f"{_quoted(heading)} = {_quoted(name)}" for name, heading in columns.items() if heading is not None]
    return "{ " + ", ".join(pairs) + " }"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _letters(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).lower()
