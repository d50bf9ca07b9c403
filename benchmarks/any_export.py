"""Read a messy folder of another kind of site beside its clean twin, and compare their panels cell by cell.

    python benchmarks/any_export.py chinese DEMO/exports FOLDER
    python benchmarks/any_export.py german DEMO/exports FOLDER --declaration sources.toml
    python benchmarks/any_export.py ola ola_driver_scaler.csv FOLDER

DEMO/exports are the exports of `attrition demo`. FOLDER/messy is a workspace with the exports of one of its sites as
such a site would hand them over, read as the declaration says (`other_sites/chinese.toml` by default; `attrition map`
can write another). FOLDER/twin has the same rows in the contract's names and units. Printed are the rows that differ,
and the cells of the panel that differ by feature: how many change once the twin has the rows of one table as they were
read ("from"), and how many are left once it has all of them, which no row explains. Exit code 1 where any is left.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from other_sites import chinese, german, ola
from other_sites.cut import cut
from other_sites.differences import built_panel, cell_differences, opened, row_differences, with_rows_of
from other_sites.twin import with_declaration, write_twin

SITES = {"chinese": chinese.write, "german": german.write}
FOLDER = Path(__file__).parent / "other_sites"


def write(kind: str, exports: Path, folder: Path, *, site: str, start: str, declaration: Path) -> tuple[Path, Path]:
    """Write a messy folder and its clean twin, and return both workspaces."""
    held = SITES[kind](cut(exports, site=site, start=start), folder / "messy" / "exports")
    return with_declaration(folder / "messy", declaration), write_twin(folder / "twin", held, declaration)


def compare(messy: Path, twin: Path, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the differing rows by table and column, and the differing cells by feature and where they come from."""
    centre = opened(messy)
    rows = row_differences(centre, opened(twin))
    panel, clean = built_panel(messy), built_panel(twin)
    cells = cell_differences(panel, clean)
    causes = list(rows.loc[rows["differing"] > 0, "table"].unique())
    for table in causes:
        alone = built_panel(with_rows_of(twin, centre, [table], folder / f"with_{table}"))
        cells[f"from {table}"] = differing_by_feature(cells, alone, clean)
    if causes:
        clean = built_panel(with_rows_of(twin, centre, causes, folder / "with_all"))
    cells["left"] = differing_by_feature(cells, panel, clean)
    return rows, cells


def differing_by_feature(cells: pd.DataFrame, panel: pd.DataFrame, clean: pd.DataFrame) -> pd.Series:
    """Return how many cells of two panels differ, by the features of `cells`; 0 for one that neither of them has."""
    by_feature = cell_differences(panel, clean).set_index("feature")["differing"]
    return cells["feature"].map(by_feature).fillna(0).astype(int)


def _workspaces(options: argparse.Namespace) -> tuple[Path, Path]:
    if options.kind == "ola":
        return ola.write(options.exports, options.folder)
    declaration = options.declaration or FOLDER / f"{options.kind}.toml"
    return write(
        options.kind, options.exports, options.folder, site=options.site, start=options.start, declaration=declaration
    )


def main() -> int:
    """Write, read and compare, print both tables, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=[*SITES, "ola"])
    parser.add_argument("exports", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--declaration", type=Path)
    parser.add_argument("--site", default="Foshan")
    parser.add_argument("--start", default="2024-05-01")
    options = parser.parse_args()
    messy, twin = _workspaces(options)
    rows, cells = compare(messy, twin, options.folder)
    print(f"{len(rows)} columns of tables, {(rows['differing'] > 0).sum()} differ")
    print(rows[rows["differing"] > 0].to_string(index=False))
    sums = cells[["cells", "differing", "left"]].sum()
    print(f"\n{len(cells)} columns, {sums['cells']:,} cells, {sums['differing']:,} differ, {sums['left']:,} left")
    print(cells[cells["differing"] > 0].to_string(index=False))
    return int(cells["left"].sum() > 0)


if __name__ == "__main__":
    sys.exit(main())
