"""Lists as they are saved from SAP: dates, numbers, titles and totals in the German way."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

OPEN_END, NO_DATE = "31.12.9999", "00.00.0000"
ENCODING = "cp1252"


def day_text(day: pd.Timestamp, nothing: str = NO_DATE) -> str:
    """Return a day as 31.10.2026, or what stands for none."""
    return nothing if pd.isna(day) else f"{day:%d.%m.%Y}"


def number_text(number: float, decimals: int = 2) -> str:
    """Return a number with a comma before its decimals, dots between thousands, and a minus behind it."""
    text = f"{abs(number):,.{decimals}f}".translate(str.maketrans(".,", ",."))
    return f"{text}-" if number < 0 else text


def write_list(path: Path, title: str, rows: pd.DataFrame, *, total: Iterable[str] = ()) -> None:
    """Write rows as a list that was saved from SAP: a title, a day, an empty line, headings, rows and a total."""
    lines = [title, "Stand: 31.10.2026", "", ";".join(rows.columns)]
    lines += [";".join(row) for row in rows.astype(str).itertuples(index=False)]
    total = list(total)
    lines += [";".join(total)] if total else []
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(ENCODING))
