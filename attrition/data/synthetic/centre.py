"""Simulate the months of a synthetic centre, and write their rows as tables of the data contract."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np

from attrition.data.synthetic import exports, interactions, parameters, records, small_tables, truth
from attrition.data.synthetic.exports import write_csv
from attrition.data.synthetic.frames import Frame, concat_rows
from attrition.data.synthetic.layout import Layout, Month, make_layout
from attrition.data.synthetic.market import Market, draw_market
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.performance import performance
from attrition.data.synthetic.simulate import SimulatedMonth, simulate_months
from attrition.data.synthetic.worlds.catalogue import draw_world

LAST_MONTH = "2026-10"
"""The last month of the exports, which are taken at the end of its last day."""
BIG_TABLES = ("shifts", "contacts", "qa_evaluations", "interactions", "service_levels")


def write_centre(
    folder: Path,
    *,
    agents: int = 1200,
    months: int = 48,
    seed: int = 1,
    retention_share: float = parameters.RETENTION_SHARE,
    world: str = "thresholds",
) -> None:
    """Write the tables of a synthetic centre into a folder, and its true hazards into ``truth/`` below it.

    Parameters
    ----------
    folder : Path
        Created when missing; files of the same names are replaced.
    agents : int
        Number of seats, at least 10. Each month 85 % of the vacant seats are filled again.
    months : int
        Months that the exports cover; the simulation, and so the earliest hires, begin eight years before.
    seed : int
        The same seed gives the same bytes.
    retention_share : float
        Share of the seats whose agent gets a retention action each month because they seem at risk: the larger, the
        more strongly raises and talks are confounded with the risk that caused them.
    world : str
        How the state of an agent becomes their hazard, a name in `worlds.catalogue.WORLDS`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layout = make_layout(agents, months, seed=seed, last_month=LAST_MONTH, retention_share=retention_share)
    mechanism = draw_world(world, seed)
    market = draw_market(layout, growth_year=mechanism.market_growth_year)
    rows: dict[str, list[Frame]] = {}
    assigned: Frame = {}
    persons: Frame = {}
    with ExitStack() as open_files:
        files = {
            name: open_files.enter_context(exports.ParquetAppender(folder / f"{name}.parquet")) for name in BIG_TABLES
        }
        for simulated_month in simulate_months(layout, market, mechanism):
            changes, assigned = records.assignments(simulated_month, assigned)
            _append_rows(rows, {"assignments": changes} | _history(simulated_month, layout))
            persons = simulated_month.persons
            if simulated_month.month.number >= layout.first_month:
                _append_rows(
                    rows, _exported_rows(simulated_month, layout) | {"truth": truth.month_end_truth(simulated_month)}
                )
                for name, table in _big_tables(simulated_month, layout).items():
                    files[name].add(table)
    tables = _exported_spells(rows, layout)
    _write_small_tables(folder, tables, persons=persons, layout=layout, market=market)
    truth.write(tables["truth"], tables["exits"], folder / "truth", world=mechanism, first_month=layout.first_month)


def _history(simulated_month: SimulatedMonth, layout: Layout) -> dict[str, Frame]:
    """Return the rows of a month in the tables whose rows from before the exported months are exported as well."""
    rng = layout.rng(9, simulated_month.month.number)
    return {
        "spells": records.spells(simulated_month),
        "pay": records.pay(simulated_month),
        "career_events": records.career_events(simulated_month, rng),
        "exits": records.exits(simulated_month),
    }


def _exported_rows(simulated_month: SimulatedMonth, layout: Layout) -> dict[str, Frame]:
    """Return the rows of a month in the small tables that hold the exported months only."""
    rng = layout.rng(10, simulated_month.month.number)
    return {
        "bonuses": records.bonuses(simulated_month),
        "leave_requests": records.leave_requests(simulated_month),
        "surveys": records.surveys(simulated_month, rng),
        "interventions": records.interventions(simulated_month, rng),
    }


def _big_tables(simulated_month: SimulatedMonth, layout: Layout) -> dict[str, object]:
    """Return a month's rows of the big tables, which are written to their files month by month."""
    return exports.daily_tables(simulated_month, layout) | {
        "qa_evaluations": exports.evaluations(simulated_month, layout),
        "interactions": interactions.interactions(simulated_month, layout),
    }


def _append_rows(months: dict[str, list[Frame]], month: dict[str, Frame]) -> None:
    """Append a month's rows to those of the months before, by table."""
    for name, rows in month.items():
        months.setdefault(name, []).append(rows)


def _exported_spells(months: dict[str, list[Frame]], layout: Layout) -> dict[str, Frame]:
    """Concatenate the months, and leave out employment spells that had ended before the exported months."""
    tables = {name: concat_rows(parts) for name, parts in months.items()}
    exits = tables["exits"]
    ended_before = exits["spell"][exits["exit_day"] < Month(layout.first_month).first_day]
    exported = {}
    for name, rows in tables.items():
        is_exported = ~np.isin(rows["spell"], ended_before)
        exported[name] = {column: values[is_exported] for column, values in rows.items()}
    return exported


def _write_small_tables(
    folder: Path, tables: dict[str, Frame], *, persons: Frame, layout: Layout, market: Market
) -> None:
    """Write the small tables as CSV."""
    rng = layout.rng(11)
    spells = tables["spells"]
    exports_by_name = {
        "agents": small_tables.agents(spells, persons, rng),
        "audit_attributes": small_tables.audit_attributes(spells, persons, layout),
        "assignments": small_tables.assignments(tables["assignments"], layout, rng),
        "pay": small_tables.pay(tables["pay"], layout, rng),
        "bonuses": small_tables.bonuses(tables["bonuses"], layout, rng),
        "exits": small_tables.exits(tables["exits"], spells, layout, rng),
        "career_events": small_tables.career_events(tables["career_events"]),
        "leave_requests": small_tables.leave_requests(tables["leave_requests"], layout),
        "surveys": small_tables.surveys(tables["surveys"]),
        "interventions": small_tables.interventions(tables["interventions"]),
        "market_pay": small_tables.market_pay(_benchmarks(layout, market)),
        "market_conditions": small_tables.market_conditions(market, layout),
        "performance": performance(spells, tables["exits"], layout),
    }
    for name, table in exports_by_name.items():
        write_csv(table, folder, name)


def _benchmarks(layout: Layout, market: Market) -> Frame:
    """Return the pay benchmarks of all simulated months."""
    rng = layout.rng(12)
    months = range(layout.start_month, layout.last_month + 1)
    parts = [
        records.benchmarks(market, MonthContext(layout=layout, market=market, month=Month(m), rng=rng)) for m in months
    ]
    return concat_rows(parts)
