"""Check clean centres, and count what `attrition check` holds against them: nothing may stop, and doubts are few.

    python benchmarks/false_alarms.py --seeds 1 2 3 4 5 6 --ola ola_driver_scaler.csv

Each synthetic centre is checked as four kinds of site would export it (see `wrong_tables.worlds`), and the public
driver file as the front README declares it. A doubt is a fault that changes labels or costs features. Exit code 1 if a
centre is refused, or has more than three doubts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from side_by_side.centres import make_ola_workspace
from wrong_tables.worlds import make_worlds

from attrition.data.centre import inspect
from attrition.errors import Fault

MOST_DOUBTS = 3


def held_against(workspace: Path) -> tuple[Fault, ...]:
    """Return every fault of a clean workspace, those that stop first."""
    return tuple(sorted(inspect(workspace)[1], key=lambda fault: not fault.stops))


def clean_centres(folder: Path, options: argparse.Namespace) -> dict[str, Path]:
    """Write every clean workspace, and return them by name."""
    centres = {}
    for size in options.sizes:
        agents, months = (int(number) for number in size.split("x"))
        for seed in options.seeds:
            part = folder / f"{size}-{seed}"
            worlds = make_worlds(part, agents=agents, months=months, seed=seed)
            centres |= {f"seed {seed}, {size}, {name}": path for name, path in worlds.items()}
    return centres | ({"ola": make_ola_workspace(folder, options.ola)} if options.ola else {})


def main() -> int:
    """Print what each clean centre is doubted for; return 1 if one is refused or doubted too often."""
    options = _arguments()
    table = Table("centre", "stops", "doubts", "which")
    is_bad = False
    with tempfile.TemporaryDirectory() as folder:
        for name, workspace in clean_centres(Path(folder), options).items():
            faults = held_against(workspace)
            stops = sum(fault.stops for fault in faults)
            is_bad |= stops > 0 or len(faults) - stops > MOST_DOUBTS
            table.add_row(name, f"{stops}", f"{len(faults) - stops}", escape("; ".join(map(str, faults))))
    Console(width=options.width).print(table)
    return 1 if is_bad else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    parser.add_argument("--sizes", nargs="+", default=["300x30", "1200x48"], help="agents x months")
    parser.add_argument("--ola", type=Path, metavar="CSV", help="the public driver file of the README")
    parser.add_argument("--width", type=int, default=200, help="columns of the table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
