"""Set exits aside that were withdrawn, where a site declares that work which goes on after an exit means that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from attrition.data import engine
from attrition.data.consistency.activity import signs_of_activity
from attrition.data.consistency.after_exit import active_after, signs_of_work
from attrition.data.consistency.employment import employment_spells
from attrition.data.engine import Connection
from attrition.data.phrase import Phrase
from attrition.data.quality import SET_ASIDE, USED, QualityLine
from attrition.data.rows import agent_months


def set_withdrawn_exits_aside(con: Connection, names: Iterable[str], lines: Iterable[QualityLine]) -> list[QualityLine]:
    """Take the exits after which work goes on out of the relation `exits`, and return the lines with their number.

    An agent may have several in one employment: the first is judged, and then the next as if it were the first.
    """
    rows = 0
    while taken := _take_out(con, names):
        rows += taken
    used = [line for line in lines if line.table == "exits" and line.rule == USED]
    others = [line for line in lines if line not in used]
    rule = SET_ASIDE + Phrase("exit withdrawn, since work goes on", "离职已撤回（仍在工作）")
    line = QualityLine(table="exits", rule=rule, rows=rows, columns=("exit_date",))
    return [*others, *([line] if rows else []), *(replace(line, rows=line.rows - rows) for line in used)]


def _take_out(con: Connection, names: Iterable[str]) -> int:
    """Replace the relation `exits` by one without the first withdrawn exit of each employment; return their rows."""
    tables = {name: con.table(name) for name in names}
    exits = tables["exits"]
    after = active_after(signs_of_work(signs_of_activity(tables), tables), employment_spells(tables))
    withdrawn = after.filter(after.goes_on).select("agent_id", "exit_date").cache()
    rows = int(exits.semi_join(withdrawn, ["agent_id", "exit_date"]).count().execute())
    if rows:
        agent_months.forget(con, "exits")
        con.create_table("kept_exits", exits.anti_join(withdrawn, ["agent_id", "exit_date"]))
        query = "SELECT table_type FROM information_schema.tables WHERE table_name = 'exits'"
        kind = "VIEW" if engine.fetch_rows(con, query)[0][0] == "VIEW" else "TABLE"
        engine.execute(con, f"DROP {kind} exits")
        engine.execute(con, "ALTER TABLE kept_exits RENAME TO exits")
    return rows
