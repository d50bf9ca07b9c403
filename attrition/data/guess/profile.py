"""The reading profile of one source: every key of `sources.toml` that its files need, with remarks and questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attrition.data.guess.categories import map_words
from attrition.data.guess.columns import LIKELY, Match
from attrition.data.guess.ids import NO_LOGINS, Logins, Roster, id_rule
from attrition.data.guess.layouts import Layout, date_layouts, decimals, two_part_durations
from attrition.data.guess.questions import Question
from attrition.data.guess.row_doubts import FEW, differing_rows, empty_required, set_aside_empty, which_row_counts
from attrition.data.guess.snapshot_features import LISTED, features_of
from attrition.data.guess.tables import TableGuess
from attrition.data.guess.traits import Traits
from attrition.data.guess.unknowns import constant_question, exit_questions, system_name, which_column
from attrition.data.guess.values import fitting_units
from attrition.data.guess.words import bracketed, privacy, unit_words
from attrition.data.guess.zeros import zero_question
from attrition.data.mapping import same_name
from attrition.data.phrase import Phrase
from attrition.data.tables import PEOPLE_COLUMNS, SUMMED_TABLES, TABLES
from attrition.data.values.duration_text import unit as duration_unit
from attrition.data.values.units import factors


@dataclass(kw_only=True)
class Profile:
    """One source as it is to be declared: its keys and tables of keys in the order of the file, remarks, questions.

    `columns` holds by heading the column, and `remarks_of` by heading what is to be known about the guess. `own_names`
    are headings that are names of the contract and need no line, `unused` those that are no column.
    """

    table: str
    keys: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    own_names: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    confidence: dict[str, float] = field(default_factory=dict)
    remarks: list[Phrase] = field(default_factory=list)
    remarks_of: dict[str, list[Phrase]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


def profile_of(guess: TableGuess, roster: Roster, *, path: str, logins: Logins = NO_LOGINS) -> Profile:
    """Return how to declare one extract as one table.

    Parameters
    ----------
    guess : TableGuess
        The extract, its table and its columns.
    roster : Roster
        The numbers of everybody.
    path : str
        The path of the extract as `sources.toml` writes it.
    logins : Logins
        The logins that the table of identities lists.
    """
    profile = Profile(table=guess.table)
    _place(profile, guess, path)
    for match in guess.matches:
        _column(profile, guess, match)
    _features(profile, guess)
    _made_columns(profile, guess)
    _reading(profile, guess)
    _people(profile, guess, roster, logins)
    _rows(profile, guess)
    _left_out(profile, guess)
    return profile


def _place(profile: Profile, guess: TableGuess, path: str) -> None:
    extract = guess.described.extract
    profile.keys["path"] = path
    if extract.sheets and extract.other_sheets:
        profile.keys["sheet"] = extract.sheets[0] if len(extract.sheets) == 1 else list(extract.sheets)
    if extract.only_where:
        profile.keys["only_where"] = {heading: list(words) for heading, words in extract.only_where.items()}
        profile.remarks.append(Phrase("only these rows are exits", "只有这些行是离职"))
    if guess.table in ("agents", "audit_attributes") and all(extract.days) and "*" in path:
        profile.keys["recorded_at_from"] = "file name"
        profile.keys["recording_delay_days"] = 0
        profile.remarks.append(
            Phrase(
                "each file is taken as the whole list as of the month in its name; next month's goes beside it",
                "每个文件视为文件名所示月份的完整名单；下月的文件放在旁边即可",
            )
        )
    if guess.table == "exits":
        profile.questions += exit_questions()


def _column(profile: Profile, guess: TableGuess, match: Match) -> None:
    """Write one column, or ask where it is only possible."""
    name, heading, traits = match.column.name, match.heading, guess.described.traits[match.heading]
    if match.confidence < LIKELY:
        profile.questions.append(which_column(guess, match))
        return
    if same_name(heading, TABLES[guess.table].names) == name:
        profile.own_names.append(heading)
    else:
        profile.columns[heading] = name
    profile.confidence[heading] = match.confidence
    remarks = _match_remarks(match)
    words = map_words(traits.values, guess.table, match.column)
    if words.listed or words.alike:
        profile.values[name] = words.listed | words.alike
    if words.alike:
        remarks.append(Phrase("guessed words: {words}", "取值为推测：{words}", words=", ".join(words.alike)))
    profile.questions += words.questions
    remarks += _unit(profile, guess, match, traits)
    if remarks:
        profile.remarks_of[heading] = remarks


def _match_remarks(match: Match) -> list[Phrase]:
    """Return what is to be known about a guess."""
    remarks = []
    if match.rival:
        remarks.append(Phrase('"{other}" would do as well', "“{other}”也可能是该列", other=match.rival))
    elif not match.is_sure:
        remarks.append(Phrase("please look at it", "请核对"))
    if match.column.is_protected:
        remarks.append(Phrase("for audits of fairness only", "仅用于公平性审计"))
    if match.column.is_name:
        remarks.append(Phrase("shown to the HR partner alone", "仅向人力资源伙伴显示"))
    return remarks


def _unit(profile: Profile, guess: TableGuess, match: Match, traits: Traits) -> list[Phrase]:
    """Write the unit of a column that is not the contract's: by the heading's brackets or ends, else by its sizes."""
    column = match.column
    if not factors(column.unit) or traits.durations + traits.two_parts > 0.5 or column.name == "start_minute":
        return []
    stated = [unit for unit, words in unit_words().items() if bracketed(match.heading) in words]
    stated = [unit for unit in stated if unit in factors(column.unit)]
    if not stated:
        ends = {word.lower() for word in (*match.heading.split()[-1:], *match.heading.split()[:1])}
        stated = [unit for unit, words in unit_words().items() if ends & set(words) and unit in factors(column.unit)]
    if stated:
        if stated[0] != column.unit:
            profile.keys.setdefault("units", {})[column.name] = stated[0]
        return []
    units = fitting_units(traits, column)
    if column.unit in units or not units or traits.percents > 0.5:
        return []
    profile.keys.setdefault("units", {})[column.name] = units[0]
    return [Phrase("taken as {unit}, by the size of its values", "按数值大小判断单位为 {unit}", unit=units[0])]


def _features(profile: Profile, guess: TableGuess) -> None:
    """Declare the columns of a monthly file that are features; a doubt whether they are something else is dropped."""
    if guess.table != "snapshots":
        return
    features = features_of(guess.described, {*profile.columns, *profile.own_names})
    for heading, (name, declaration) in features.items():
        profile.columns[heading] = name
        profile.confidence[heading] = LISTED
        profile.remarks_of[heading] = [Phrase("a feature; see below what it says", "作为特征使用，含义见下")]
        profile.keys.setdefault("features", {})[name] = dict(declaration)
    profile.questions = [each for each in profile.questions if each.key[-1] not in features]


def _made_columns(profile: Profile, guess: TableGuess) -> None:
    """Write what no single heading holds: months as columns, the month in the files' names, constants."""
    if guess.wide_value:
        date_column = "effective_date" if guess.table == "pay" else "pay_date"
        profile.keys["wide"] = {"columns": "month", "name": date_column, "value": guess.wide_value}
        profile.remarks.append(
            Phrase(
                "{count} columns are months, one row is made of each",
                "{count} 列为月份，逐月转为一行",
                count=len(guess.described.months),
            )
        )
    if guess.from_file:
        profile.keys["from_file_name"] = {guess.from_file: "month"}
        profile.remarks.append(Phrase("the month is taken from the files' names", "月份取自文件名"))
    for name in guess.constants:
        if name == "system":
            profile.keys["constants"] = {name: system_name(guess)}
        else:
            profile.questions.append(constant_question(guess, name))
    if guess.is_beside and guess.table == "exits":
        profile.keys["only_with"] = ["exit_date"]
        profile.remarks.append(Phrase("rows without an exit date are no exits", "没有离职日期的行不是离职"))


def _reading(profile: Profile, guess: TableGuess) -> None:
    """Write how dates, numbers and durations are written."""
    used = [match for match in guess.matches if match.confidence >= LIKELY]
    traits = guess.described.traits
    dates = [traits[match.heading] for match in used if match.column.kind in ("date", "timestamp")]
    beside = [each for each in traits.values() if each.two_ways > 0.5 and each not in dates]
    numbers = [traits[match.heading] for match in used if match.column.kind in ("number", "integer")]
    numbers += [traits[name] for name in guess.described.months] if guess.wide_value else []
    texts = [each for each in numbers if not each.is_typed]
    seconds = [traits[match.heading] for match in used if duration_unit(match.column) == "seconds"]
    layouts: list[Layout] = [
        date_layouts(guess.table, guess.name, dates, beside=beside),
        decimals(guess.table, guess.name, texts, delimiter=guess.described.extract.delimiter),
        two_part_durations(guess.table, guess.name, seconds),
    ]
    for layout in layouts:
        profile.keys |= layout.keys
        profile.remarks += layout.remarks
        profile.questions += layout.questions
    is_text = not guess.described.extract.numeric and not guess.described.extract.sheets
    if is_text and any(each.serials > 0.9 and not each.any_date for each in dates):
        profile.keys["dates"] = ["serial"]
        profile.remarks.append(Phrase("dates are numbers that count days, as in Excel", "日期为 Excel 序列号"))


def _people(profile: Profile, guess: TableGuess, roster: Roster, logins: Logins) -> None:
    """Write the rule that turns numbers of people into those of the roster."""
    match = next((each for each in guess.matches if each.column.name in PEOPLE_COLUMNS[:1]), None)
    if match is None:
        return
    values = guess.described.traits[match.heading].values
    rule = id_rule(values, roster)
    if not rule and guess.table != "identities" and (system := logins.system_of(values, roster)):
        profile.keys["ids"] = system
        en, zh = "the numbers are logins of {system}, see identities", "工号为 {system} 的登录账号，见 identities"
        profile.remarks.append(Phrase(en, zh, system=system))
        if guess.table in SUMMED_TABLES:
            profile.keys["duplicates"] = "sum"
            en, zh = "what a person did under several logins is added up", "同一人多个账号下的数据相加"
            profile.remarks.append(Phrase(en, zh))
    elif rule:
        profile.keys["ids"] = rule
        profile.remarks.append(_rule_remark(rule))


def _rows(profile: Profile, guess: TableGuess) -> None:
    """Ask which of several rows of one key counts, and set rows aside that lack a required value."""
    if not {"recorded_at_from", "duplicates"} & set(profile.keys) and (keys := differing_rows(guess)):
        profile.questions.append(which_row_counts(guess, keys))
    if (zero := zero_question(guess)) is not None:
        profile.questions.append(zero)
    if "only_with" in profile.keys:
        return
    for column, share in empty_required(guess).items():
        if share > FEW:
            profile.questions.append(set_aside_empty(guess, column, share))
            continue
        profile.keys.setdefault("only_with", []).append(column)
        en = "{share:.1%} of the rows have no {column}; they are set aside and counted"
        zh = "{share:.1%} 的行没有 {column}，排除并计数"
        profile.remarks.append(Phrase(en, zh, share=share, column=column))


def _rule_remark(rule: Mapping[str, Any]) -> Phrase:
    if set(rule) == {"width"}:
        return Phrase(
            "numbers lost their leading zeros here; they get back to {width} digits",
            "此处工号丢失前导零，补足为 {width} 位",
            width=rule["width"],
        )
    written = ", ".join(f"{name} = {value}" for name, value in rule.items())
    return Phrase("numbers are made those of the roster by {rule}", "工号按 {rule} 与花名册对齐", rule=written)


def _left_out(profile: Profile, guess: TableGuess) -> None:
    """List the headings that are no column of this table, and say of private ones why."""
    doubtful = {question.key[-1] for question in profile.questions if question.topic == "columns"}
    for heading in guess.described.candidates:
        if heading in profile.columns or heading in profile.own_names or heading in doubtful:
            continue
        profile.unused.append(heading)
        kind = privacy(heading)
        if kind == "audit":
            profile.remarks_of[heading] = [
                Phrase("protected: never used to predict, left out", "受保护的个人属性，绝不用于预测，未使用")
            ]
        elif kind == "person":
            profile.remarks_of[heading] = [Phrase("personal data that nothing here needs", "用不到的个人信息，未使用")]
