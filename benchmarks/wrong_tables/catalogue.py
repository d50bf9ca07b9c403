"""The list of corruptions: what each does, to which table of which workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wrong_tables import cuts, dates, events, numbers, values
from wrong_tables.exports import Exports
from wrong_tables.values import MINUTES, SECONDS

CONSEQUENCES = {
    "exits": ("agents", "snapshots", "shifts", "contacts", "qa_evaluations"),
    "agents": ("exits", "assignments", "pay", "shifts", "contacts"),
    "snapshots": ("exits",),
    "shifts": ("exits", "agents"),
}
"""By corrupted table, the others in which the direct consequence shows, such as work after an exit."""


@dataclass(frozen=True)
class Corruption:
    """One way in which a table goes wrong.

    Parameters
    ----------
    id, text : str
        Its name, and what it does in a few words.
    world : str
        The kind of workspace: "dense", "roster", "hr" or "snapshots", see `wrong_tables.worlds`.
    table : str
        The corrupted table.
    apply : callable
        Changes the exports of a workspace.
    """

    id: str
    text: str
    world: str
    table: str
    apply: Callable[[Exports], None]

    @property
    def tables(self) -> frozenset[str]:
        """The tables in which a line names this corruption."""
        return frozenset({self.table, *CONSEQUENCES.get(self.table, ())})


CORRUPTIONS = (
    Corruption("exits-cut", "cut at a line end", "dense", "exits", cuts.cut_exits_at_a_line_end),
    Corruption("exits-cut-monthly", "cut at a line end", "snapshots", "exits", cuts.cut_exits_at_a_line_end),
    Corruption("exits-last-bytes", "last bytes cut", "hr", "exits", cuts.cut_last_bytes),
    Corruption("exits-emptied", "no bytes", "dense", "exits", cuts.empty_exits),
    Corruption("exits-no-rows", "no rows", "dense", "exits", cuts.exits_without_rows),
    Corruption("exits-no-rows-monthly", "no rows", "snapshots", "exits", cuts.exits_without_rows),
    Corruption("exits-without-a-site", "no exits of one site", "dense", "exits", cuts.thin_exits_of_one_site),
    Corruption("exits-halved", "half of the exits", "dense", "exits", cuts.thin_exits_everywhere),
    Corruption("exits-halved-hr", "half of the exits", "hr", "exits", cuts.thin_exits_everywhere),
    Corruption("exits-halved-monthly", "half of the exits", "snapshots", "exits", cuts.thin_exits_everywhere),
    Corruption("roster-without-a-site", "nobody of one site", "dense", "agents", cuts.thin_roster_of_one_site),
    Corruption("roster-of-today", "leavers left out, as their exits", "dense", "agents", cuts.thin_roster_of_leavers),
    Corruption("shifts-cut", "cut at a line end", "dense", "shifts", cuts.cut_shifts_at_a_line_end),
    Corruption("shifts-month-lost", "one month missing", "roster", "shifts", cuts.lose_a_month_of_shifts),
    Corruption("contacts-month-lost", "one month missing", "dense", "contacts", cuts.lose_a_month_of_contacts),
    Corruption("snapshots-month-lost", "one month missing", "snapshots", "snapshots", cuts.lose_a_month_of_snapshots),
    Corruption("snapshots-site-lost", "one site ends", "snapshots", "snapshots", cuts.lose_a_site_of_snapshots),
    Corruption("snapshots-vanished", "a tenth vanish", "snapshots", "snapshots", cuts.lose_people_of_snapshots),
    Corruption("exits-shifted", "61 days late", "dense", "exits", dates.shift_exits),
    Corruption("exits-first-day-away", "one day late", "dense", "exits", dates.date_exits_by_first_day_away),
    Corruption("exits-day-and-month", "day and month swapped", "dense", "exits", dates.swap_day_and_month),
    Corruption("exit-ahead", "one exit in two years", "hr", "exits", dates.date_one_exit_ahead),
    Corruption("exits-ahead", "six exits ahead", "hr", "exits", dates.date_some_exits_ahead),
    Corruption("exit-early", "one exit 13 years early", "hr", "exits", dates.date_one_exit_early),
    Corruption("exits-late", "not on file for four months", "dense", "exits", dates.lose_recent_exits),
    Corruption(
        "exits-late-monthly",
        "not on file for four months, no recorded_at",
        "snapshots",
        "exits",
        dates.lose_recent_exits_and_recording,
    ),
    Corruption("exits-without-recording", "recorded_at gone", "dense", "exits", dates.lose_recording),
    Corruption("shifts-ahead", "six weeks published ahead", "roster", "shifts", dates.publish_the_roster_ahead),
    Corruption("snapshots-ahead", "next month repeats this", "snapshots", "snapshots", dates.repeat_the_last_snapshot),
    Corruption("hired-1900", "hire dates 1900-01-01", "dense", "agents", dates.hire_in_1900),
    Corruption("born-2051", "births in 2051", "dense", "agents", dates.born_in_2051),
    Corruption(
        "contacts-no-zeros",
        "leading zeros lost",
        "dense",
        "contacts",
        numbers.respelt("contacts", numbers.without_zeros),
    ),
    Corruption(
        "contacts-floats", "numbers end in .0", "dense", "contacts", numbers.respelt("contacts", numbers.as_floats)
    ),
    Corruption(
        "shifts-prefix", "numbers with a prefix", "dense", "shifts", numbers.respelt("shifts", numbers.with_prefix)
    ),
    Corruption("pay-lower-case", "numbers in lower case", "hr", "pay", numbers.respelt("pay", numbers.in_lower_case)),
    Corruption(
        "contacts-site-prefix",
        "one site's numbers with a prefix",
        "dense",
        "contacts",
        numbers.respelt_for_one_site("contacts", numbers.with_prefix),
    ),
    Corruption(
        "roster-no-zeros", "leading zeros lost", "dense", "agents", numbers.respelt("agents", numbers.without_zeros)
    ),
    Corruption(
        "roster-lower-case", "numbers in lower case", "hr", "agents", numbers.respelt("agents", numbers.in_lower_case)
    ),
    Corruption("exits-floats", "numbers end in .0", "dense", "exits", numbers.respelt("exits", numbers.as_floats)),
    Corruption("shifts-hours", "hours for minutes", "dense", "shifts", values.scaled("shifts", MINUTES, 1 / 60)),
    Corruption(
        "shifts-site-hours",
        "one site: hours for minutes",
        "dense",
        "shifts",
        values.scaled_for_one_site("shifts", MINUTES, 1 / 60),
    ),
    Corruption(
        "overtime-hours-later",
        "overtime in hours from a month on",
        "dense",
        "shifts",
        values.scaled_from_a_month("shifts", ["overtime_minutes"], 1 / 60, day="shift_date"),
    ),
    Corruption(
        "contacts-minutes-later",
        "minutes for seconds from a month on",
        "dense",
        "contacts",
        values.scaled_from_a_month("contacts", SECONDS, 1 / 60, day="contact_date"),
    ),
    Corruption("pay-yearly", "yearly for monthly", "hr", "pay", values.scaled("pay", ["base_pay"], 12)),
    Corruption(
        "pay-site-yearly",
        "one site: yearly for monthly",
        "hr",
        "pay",
        values.scaled_for_one_site("pay", ["base_pay"], 12),
    ),
    Corruption(
        "pay-yearly-later",
        "yearly from a month on",
        "hr",
        "pay",
        values.scaled_from_a_month("pay", ["base_pay"], 12, day="effective_date"),
    ),
    Corruption("snapshots-99", "-99 for nothing", "snapshots", "snapshots", values.placeholder("-99")),
    Corruption("snapshots-999999", "-999999 for nothing", "snapshots", "snapshots", values.placeholder("-999999")),
    Corruption(
        "notice-renamed", "notice_date renamed", "dense", "exits", values.renamed("exits", "notice_date", "resign_on")
    ),
    Corruption("pay-renamed", "base_pay renamed", "hr", "pay", values.renamed("pay", "base_pay", "salary")),
    Corruption(
        "notice-blank",
        "one site and year without notices",
        "dense",
        "exits",
        values.blank_for_one_site_and_year("exits", "notice_date", day="exit_date"),
    ),
    Corruption(
        "worked-blank",
        "one site and year without minutes worked",
        "dense",
        "shifts",
        values.blank_for_one_site_and_year("shifts", "worked_minutes", day="shift_date"),
    ),
    Corruption("pay-duplicates", "same key, other amount", "hr", "pay", values.duplicate_pay),
    Corruption("exits-duplicates", "same key, other kind", "dense", "exits", values.duplicate_exits),
    Corruption("shifts-repeated", "one month twice", "dense", "shifts", values.repeat_shifts),
    Corruption("site-renamed", "a site renamed", "snapshots", "snapshots", values.rename_a_site),
    Corruption("kind-renamed", "a kind of exit renamed", "dense", "exits", values.rename_a_kind_of_exit),
    Corruption("pay-dots", "thousands with a dot", "hr", "pay", values.write_decimal_commas),
    Corruption("pay-commas", "decimals with a comma", "hr", "pay", values.write_comma_decimals),
    Corruption("roster-cp1252", "windows-1252", "dense", "agents", values.write_in_another_encoding),
    Corruption("exits-withdrawn", "withdrawn, and work goes on", "dense", "exits", events.add_withdrawn_exits),
    Corruption("exits-kind-blank", "a third without a kind", "dense", "exits", events.blank_kinds),
    Corruption("exits-kinds-swapped", "kinds swapped for one site", "dense", "exits", events.swap_kinds_of_one_site),
    Corruption("transfer", "a transfer as resignations", "dense", "exits", events.code_a_transfer_as_resignations),
    Corruption("reorganisation", "every team renamed", "dense", "assignments", events.rename_every_team),
    Corruption("rehired", "work again, first hire date", "dense", "agents", events.rehire_under_the_first_date),
    Corruption("numbers-reused", "numbers used again", "dense", "agents", events.merge_two_agents),
    Corruption("second-exits", "second exits, no hire between", "dense", "exits", events.add_second_exits),
)
"""Every corruption."""
