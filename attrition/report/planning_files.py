"""The tables of the section on planning as CSV files for other programs, in the folder planning of a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.data.csv_cells import write_csv
from attrition.data.modes import make_folder
from attrition.report.columns import row_values
from attrition.report.figures.tables import rows_of
from attrition.report.sections.planning import SECTION

if TYPE_CHECKING:
    from pathlib import Path

    from attrition.report.figures.month_figures import MonthFigures

FOLDER = "planning"
FILES = {
    "horizons": "leavers_by_horizon",
    "months": "leavers_by_month",
    "hires": "hires_and_seats",
    "turnover": "turnover_iso_30414",
    "reasons": "leavers_by_reason",
    "regretted": "regretted_losses",
    "survival": "new_hires_after_90_days",
}
"""What the file of each table is called; one that has no rows has no file."""


def write_planning_files(month: MonthFigures, folder: Path) -> None:
    """Write a CSV file per table that has rows: UTF-8, one heading row with names as in `month.json`, days as ISO."""
    figures = month.once(SECTION.figures)
    if figures is None:
        return
    for table in SECTION.tables:
        rows = table.rows(figures)
        if table.name in FILES and rows is not None and len(rows):
            make_folder(folder)
            columns = table.columns_of(figures)
            values = [row_values(row, columns) for row in rows_of(rows)]
            write_csv(folder / f"{FILES[table.name]}.csv", pd.DataFrame(values))
