"""Protected attributes, for audits alone: the only way they leave the tables, and it leads past every feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

OF_AGENTS = ("birth_date", "gender")
"""What the table of agents may hold of them."""
ATTRIBUTES, BIRTH = "audit_attributes", "birth_date"
NOT_ATTRIBUTES = ("agent_id", "known_on", "superseded_on", "recorded_at")


def protected_attributes(tables: Mapping[str, ir.Table]) -> pd.DataFrame:
    """Read who is who, as it is known today; nothing but `agent_id` where the site supplies no such attribute.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables.

    Returns
    -------
    DataFrame
        ``agent_id``, each agent once; ``birth_date`` and ``gender`` where the table of agents holds them, and every
        column of ``audit_attributes``, as text, which counts where both tell the same attribute.
    """
    import pandas as pd

    found = pd.DataFrame({"agent_id": pd.Series(dtype=str)})
    for name in (ATTRIBUTES, "agents"):
        if name in tables:
            rows = _newest(tables[name], OF_AGENTS if name == "agents" else None)
            new = [column for column in rows if column == "agent_id" or column not in found]
            found = found.merge(rows[new], on="agent_id", how="outer", validate="one_to_one")
    return found.sort_values("agent_id", ignore_index=True)


def _newest(table: ir.Table, wanted: tuple[str, ...] | None) -> pd.DataFrame:
    here = table.filter(table.superseded_on.isnull())
    names = [name for name in here.columns if name not in NOT_ATTRIBUTES and (wanted is None or name in wanted)]
    # An agent who was hired twice has two rows of the same person; the later tells.
    order = ["agent_id", *(name for name in ("hire_date",) if name in here.columns)]
    rows = here.order_by(order).select("agent_id", *names).to_pandas()
    return rows.drop_duplicates("agent_id", keep="last").astype(dict.fromkeys(names, object))
