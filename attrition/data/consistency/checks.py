"""The list of checks of one table against another; each returns the faults that it finds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrition.data import engine
from attrition.data.consistency.after_exit import check_after_exit
from attrition.data.consistency.exit_dates import check_first_day_away, check_second_exits
from attrition.data.consistency.exit_kinds import check_exit_kinds
from attrition.data.consistency.exit_notices import check_notices
from attrition.data.consistency.exits_ahead import check_exits_ahead
from attrition.data.consistency.extremes import doubt_birth_dates, find_extremes
from attrition.data.consistency.facts import Facts
from attrition.data.consistency.missing_exits import missing_exits
from attrition.data.consistency.monthly_repeats import check_monthly_repeats
from attrition.data.consistency.pay_doubts import doubt_pay
from attrition.data.consistency.pay_silence import check_pay_silence
from attrition.data.consistency.pay_sizes import check_pay_sizes
from attrition.data.consistency.people import check_people
from attrition.data.consistency.presence import check_presence
from attrition.data.consistency.queue_names import check_queue_names
from attrition.data.consistency.reorganisation import check_reorganisations
from attrition.data.consistency.site_names import check_site_names
from attrition.data.consistency.unit_doubts import doubt_units
from attrition.data.consistency.waves import check_waves
from attrition.data.consistency.work_before_exit import check_work_before_exits
from attrition.data.engine import Connection
from attrition.errors import Fault

Check = Callable[[Facts], list[Fault]]
"""A check takes the facts of a centre, and returns its faults, those of the highest number of rows first."""

CHECKS: tuple[Check, ...] = (
    missing_exits,
    check_after_exit,
    check_second_exits,
    check_first_day_away,
    check_presence,
    check_people,
    check_pay_silence,
    doubt_units,
    doubt_pay,
    check_waves,
    check_reorganisations,
    find_extremes,
    doubt_birth_dates,
    check_exit_kinds,
    check_exits_ahead,
    check_notices,
    check_work_before_exits,
    check_monthly_repeats,
    check_pay_sizes,
    check_site_names,
    check_queue_names,
)


def check_consistency(con: Connection, facts: Facts) -> list[Fault]:
    """Return the faults of every check, in the order of `CHECKS`."""
    results = engine.run_in_parallel(con, [partial(check, facts) for check in CHECKS])
    return [fault for faults in results for fault in faults]
