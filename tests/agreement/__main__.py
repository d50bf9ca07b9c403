"""`python -m tests.agreement WORKSPACE 2026-10 [FOLDER]`: print the contradictions of a month's report."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from tests.agreement.report import contradictions

workspace, month = Path(sys.argv[1]), sys.argv[2]
folder = Path(sys.argv[3]) if len(sys.argv) > 3 else workspace / "reports" / month
as_of = (pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date()
lines = contradictions(workspace, as_of, folder)
sys.stdout.write("".join(f"{line}\n" for line in [*lines, f"{len(lines)} contradictions"]))
sys.exit(bool(lines))
