"""Read protected attributes (gender, age, ...) for fairness audits; no other module reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrition.data.rows.versions import newest
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

AGENT_COLUMNS = tuple(column.name for column in TABLES["agents"].columns if column.is_protected)
"""Protected attributes that the table of agents may hold."""
AUDIT_TABLE = "audit_attributes"
_OTHER_COLUMNS = ("agent_id", "known_on", "superseded_on", "recorded_at")


def protected_attributes(tables: Mapping[str, ir.Table]) -> pd.DataFrame:
    """Return the protected attributes of every agent in their latest versions.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables.

    Returns
    -------
    DataFrame
        ``agent_id``, each agent once and in this order; ``birth_date`` and ``gender`` where the table of agents holds
        them, and every column of ``audit_attributes``, as text. An attribute that both tables hold is taken from
        ``audit_attributes``. Without either table the result has no rows.
    """
    import pandas as pd

    attributes = pd.DataFrame({"agent_id": pd.Series(dtype=str)})
    for name in (AUDIT_TABLE, "agents"):
        if name in tables:
            rows = _latest_rows(tables[name], AGENT_COLUMNS if name == "agents" else None)
            added = [column for column in rows if column == "agent_id" or column not in attributes]
            attributes = attributes.merge(rows[added], on="agent_id", how="outer", validate="one_to_one")
    return attributes.sort_values("agent_id", ignore_index=True)


def _latest_rows(table: ir.Table, columns: tuple[str, ...] | None) -> pd.DataFrame:
    """Return the latest version of each agent's attributes; of an agent who was hired twice, those of the last hire."""
    current = newest(table)
    names = [name for name in current.columns if name not in _OTHER_COLUMNS and (columns is None or name in columns)]
    order = ["agent_id", *(name for name in ("hire_date",) if name in current.columns)]
    rows = current.order_by(order).select("agent_id", *names).to_pandas()
    return rows.drop_duplicates("agent_id", keep="last").astype(dict.fromkeys(names, object))
