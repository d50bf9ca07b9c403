"""Look up logins in `identities`: a row belongs to whoever had the login of its system on the day of the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir

from attrition.data.engine import Connection
from attrition.data.people.people_counts import PeopleCounts
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED, SET_ASIDE, QualityLine
from attrition.data.tables import PEOPLE_COLUMNS, TABLES
from attrition.errors import Fault

_ALWAYS, _FOR_EVER = ibis.literal(date(1900, 1, 1)), ibis.literal(date(9999, 12, 30))
_IS_UNKNOWN = "__is_unknown_"
_UNKNOWN = Phrase("login not in identities on its day", "该日账号不在 identities 中")
_KEPT = Phrase(
    "login not in identities on its day, kept behind its system's name", "该日账号不在 identities 中，保留并冠以系统名"
)
_NEWEST_HOLDER = Phrase(
    "login that several people had; without a day the row counts as its newest holder's",
    "账号曾属多人；该表无日期，按最新使用人计",
)
_ONE_DAY = ibis.interval(days=1)


@dataclass(frozen=True, kw_only=True)
class LookedUp:
    """The relation of a table's rows with numbers of the roster, and what became of logins that are not found.

    `with_logins` has the same rows and the login of each in ``__login``.
    """

    relation: str
    with_logins: str = ""
    faults: tuple[Fault, ...] = ()
    lines: tuple[QualityLine, ...] = ()


def claims(identities: ir.Table) -> ir.Table:
    """Return who had which login from the ``first`` to the ``last`` day, and what is odd about it.

    A login is theirs to `valid_to` and, in any case, no longer than to the day before the next claim. It `is_disputed`
    where its declared end is later than that, and `is_reversed` where it ends before it begins.
    """
    rows = _newest(identities)
    first = ibis.coalesce(rows.valid_from, _ALWAYS) if "valid_from" in rows.columns else _ALWAYS
    end = ibis.coalesce(rows.valid_to, _FOR_EVER) if "valid_to" in rows.columns else _FOR_EVER
    rows = rows.select("system", "id", "agent_id", first=first, end=end)
    order = ibis.window(group_by=["system", "id"], order_by="first")
    rows = rows.mutate(next_first=rows["first"].lead().over(order), next_agent=rows.agent_id.lead().over(order))
    overlaps = (rows.end < _FOR_EVER) & (rows.end >= rows.next_first) & (rows.agent_id != rows.next_agent)
    return rows.select(
        "system",
        "id",
        "agent_id",
        "first",
        last=ibis.least(rows.end, ibis.coalesce((rows.next_first - _ONE_DAY).cast("date"), _FOR_EVER)),
        is_newest=rows.next_first.isnull(),
        is_disputed=overlaps.fill_null(False),
        is_reversed=rows.end < rows["first"],
    )


def check_claims(claimed: ir.Table, source_name: str) -> list[Fault]:
    """Return a fault where two people have one login on the same day, and one where a login ends before it begins."""
    counts = claimed.aggregate([claimed.is_disputed.sum(), claimed.is_reversed.sum(), claimed.count()])
    disputed, is_reversed, rows = counts.to_pyarrow().to_pylist()[0].values()
    rules = {
        Phrase("one login of two people on the same day", "同一账号在同一天属于两人"): disputed,
        Phrase("login that ends before it begins", "账号停用日期早于启用日期"): is_reversed,
    }
    advice = Phrase(
        "let a login end on the day before the next person gets it, or leave valid_to empty: "
        "it is then theirs until somebody else's valid_from",
        "请将停用日期改为交给下一人的前一日，或将 valid_to 留空：该账号即归其使用，直至他人启用的前一日",
    )
    return [
        Fault(
            file=source_name,
            table="identities",
            column="valid_to",
            rule=rule,
            rows=count,
            advice=advice,
            share=count / rows,
        )
        for rule, count in rules.items()
        if count
    ]


def look_up(
    con: Connection, relation: str, claimed: ir.Table, *, table: str, system: str, source_name: str
) -> LookedUp:
    """Make the relation of a table's rows with the numbers of the roster instead of the logins of a system.

    Rows whose `agent_id` nobody had on their day are set aside and counted; where hardly anybody is found the table is
    refused. Other people of a row, such as an evaluator, keep their login behind the name of its system where they are
    not found, since it may be the number of somebody else on the roster; they are counted.
    """
    rows = con.table(relation)
    of_system = claimed.filter(claimed.system == system)
    linked = con.create_table(f"linked_{table}", _with_people(rows, of_system, table, system))
    identified = linked.filter(linked.agent_id.notnull())
    con.create_view(f"identified_{table}", identified.select(*rows.columns))
    con.create_view(f"logins_{table}", identified)
    is_unknown = linked.agent_id.isnull()
    logins = linked.group_by("__login").aggregate(rows=linked.count(), unknown=is_unknown.sum())
    counts = logins.aggregate(
        rows=logins.rows.sum(),
        unknown_rows=logins.unknown.sum(),
        people=logins.count(),
        unknown_people=(logins.unknown == logins.rows).sum(),
    )
    counts = PeopleCounts(
        table=table, column="agent_id", **{name: n or 0 for name, n in counts.to_pyarrow().to_pylist()[0].items()}
    )
    lines = [
        QualityLine(table=table, rule=SET_ASIDE + _UNKNOWN, rows=counts.unknown_rows, columns=("agent_id",)),
        *_others_unknown(linked, table),
        *([] if TABLES[table].happened in rows.columns else [_handed_on(linked, of_system, table)]),
    ]
    return LookedUp(
        relation=f"identified_{table}",
        with_logins=f"logins_{table}",
        faults=_faults(counts, system, source_name, _systems(claimed)),
        lines=tuple(line for line in lines if line.rows),
    )


def _others_unknown(linked: ir.Table, table: str) -> list[QualityLine]:
    """Return a quality line for each other person of a row, with the number of rows in which they are not found."""
    columns = [name for name in linked.columns if name.startswith(_IS_UNKNOWN)]
    if not columns:
        return []
    [counts] = linked.aggregate(**{name: linked[name].sum() for name in columns}).to_pyarrow().to_pylist()
    return [
        QualityLine(table=table, rule=NOTICED + _KEPT, rows=rows or 0, columns=(name.removeprefix(_IS_UNKNOWN),))
        for name, rows in counts.items()
    ]


def _handed_on(linked: ir.Table, claimed: ir.Table, table: str) -> QualityLine:
    """Return the quality line of rows without a day whose login several people had, one after the other."""
    holders = claimed.group_by("id").aggregate(people=claimed.agent_id.nunique())
    several = holders.filter(holders.people > 1)
    rows = int(linked.semi_join(several, linked["__login"] == several.id).count().to_pyarrow().as_py())
    return QualityLine(table=table, rule=NOTICED + _NEWEST_HOLDER, rows=rows, columns=("agent_id",))


def _systems(claimed: ir.Table) -> list[str]:
    """Return the names of the systems whose logins are known."""
    return sorted(claimed.select("system").distinct().to_pyarrow()["system"].to_pylist())


def _with_people(rows: ir.Table, claimed: ir.Table, table: str, system: str) -> ir.Table:
    """Return the rows with people instead of logins: `agent_id` null where nobody is known, and the ``__login``."""
    people = [column for column in PEOPLE_COLUMNS if column in rows.columns]
    linked = reduce(lambda linked, column: _with_person(linked, claimed, column, TABLES[table].happened), people, rows)
    others = [column for column in people if column != "agent_id"]
    unknown = {f"{_IS_UNKNOWN}{name}": linked[name].notnull() & linked[f"__{name}"].isnull() for name in others}
    persons = {name: ibis.coalesce(linked[f"__{name}"], ibis.literal(f"{system}:") + linked[name]) for name in others}
    linked = linked.mutate(**unknown, **persons, __login=linked.agent_id, agent_id=linked["__agent_id"])
    return linked.select(*rows.columns, "__login", *unknown)


def _with_person(rows: ir.Table, claimed: ir.Table, column: str, happened: str | None) -> ir.Table:
    """Add the person who had a column's login on the day of the row; in a table without days, who has it now."""
    names = {name: f"__{name}_{column}" for name in ("id", "first", "last", "is_newest")}
    claimed = claimed.select(
        **{alias: claimed[name] for name, alias in names.items()}, **{f"__{column}": claimed.agent_id}
    )
    is_theirs = claimed[names["is_newest"]]
    if happened in rows.columns:
        is_theirs = rows[happened].cast("date").between(claimed[names["first"]], claimed[names["last"]])
    linked = rows.left_join(claimed, [rows[column] == claimed[names["id"]], is_theirs])
    return linked.drop(*names.values())


def _faults(counts: PeopleCounts, system: str, source_name: str, systems: Sequence[str]) -> tuple[Fault, ...]:
    """Return a fault where many logins are not found."""
    if counts.severity is None:
        return ()
    advice = Phrase(
        'identities holds no login of "{system}"; its systems are {systems}: correct ids under [tables.{table}], or '
        "supply those logins",
        'identities 中没有系统 "{system}" 的账号；已有系统：{systems}。请更正 [tables.{table}] 的 ids，'
        "或补充该系统的账号",
        system=system,
        systems=", ".join(systems),
        table=counts.table,
    )
    advice = (
        advice
        if system not in systems
        else Phrase(
            "supply in identities who had each login of system {system} and from when; "
            "where the file writes logins in another way, add rules to its ids",
            "请在 identities 中补充 {system} 系统各账号的使用人及启用日期；"
            "若该文件的账号写法不同，请在其 ids 中声明规则",
            system=system,
        )
    )
    effect = Phrase("their rows are set aside", "这些行已搁置")
    return (
        Fault(
            file=source_name,
            table=counts.table,
            column="agent_id",
            rule=Phrase("login not in identities", "登录账号不在 identities 中"),
            rows=counts.unknown_rows,
            advice=advice,
            severity=counts.severity,
            share=1 - counts.known_share,
            effect=effect,
        ),
    )


def _newest(identities: ir.Table) -> ir.Table:
    """Return the rows that were not withdrawn or replaced by a later version."""
    rows = identities
    if "recorded_at" in rows.columns:
        key = [name for name in TABLES["identities"].key if name in rows.columns]
        order = ibis.window(group_by=key, order_by=ibis.desc("recorded_at"))
        rows = rows.mutate(__version=ibis.row_number().over(order)).filter(lambda t: t["__version"] == 0)
    return rows.filter(~rows.is_retracted.fill_null(False)) if "is_retracted" in rows.columns else rows
