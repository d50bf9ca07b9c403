"""The day on which an exit counts, in labels, rates and checks alike."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir


def left_on(exits: ir.Table) -> ir.DateValue:
    """Return the day on which each exit counts: for a resignation that of its notice, if it has one; else the exit's.

    Parameters
    ----------
    exits : ibis.Table
        ``exit_date``, ``exit_type`` and, where the site supplies it, ``notice_date``. A notice dated after the exit is
        not used.
    """
    if "notice_date" not in exits.columns:
        return exits.exit_date
    has_notice = (exits.exit_type == "voluntary") & exits.notice_date.notnull()
    return ibis.ifelse(has_notice, ibis.least(exits.notice_date, exits.exit_date), exits.exit_date)
