"""The page of the benchmark: one table per question, a row per world, the mean of its seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from worlds_figures.marks import mark_figures

HORIZONS = (1, 3, 6)
FAMILIES = ("pay", "career", "workload with schedule", "quality", "team")

Columns = Mapping[str, tuple[str, int]]
"""The figure and horizon of each column, by its heading."""

LEVEL: Columns = {
    f"{heading} {horizon}m": (figure, horizon)
    for heading, figure in (
        ("predicted / true", "predicted over true"),
        ("observed / expected", "observed over expected"),
        ("error", "calibration error at the usual rate"),
        ("slope", "calibration slope"),
    )
    for horizon in HORIZONS
}
ORDER: Columns = {
    "AUC tenure": ("AUC: tenure_only", 3),
    "logistic": ("AUC: logistic", 3),
    "model": ("AUC: model", 3),
    "oracle": ("AUC: oracle", 3),
    "lift": ("lift", 3),
    "reachable": ("reachable lift", 3),
    "oracle's": ("oracle's lift", 3),
    **{f"share {horizon}m": ("share of reachable", horizon) for horizon in HORIZONS},
}
RANGES: Columns = {
    **{f"risks {horizon}m": ("risks within range", horizon) for horizon in HORIZONS},
    **{f"top tenth {horizon}m": ("top tenth within range", horizon) for horizon in HORIZONS},
    **{
        f"{level} {horizon}m": (f"{level} within range", horizon)
        for level in ("centre", "site", "team")
        for horizon in HORIZONS
    },
    "very high": ("band very_high", 0),
    "high": ("band high", 0),
    "medium": ("band medium", 0),
}
MANY_EXPECTED: Columns = {
    f"{level} {horizon}m": (f"{level} within range, 5 or more expected", horizon)
    for level in ("centre", "site")
    for horizon in HORIZONS
}
DRIVERS: Columns = {
    **{name: (f"driver {name}", 0) for name in (*FAMILIES, "mean")},
    "noise-free mean": ("noise-free: driver mean", 0),
    "largest first": ("driver largest named first", 0),
    "within two": ("driver within the first two", 0),
    "recommended": ("recommendation recommended", 0),
    "always pay": ("recommendation always pay", 0),
}
NOISE_FREE: Columns = {
    name: (f"noise-free: driver {name}", 0)
    for name in (*FAMILIES, "mean", "largest named first", "within the first two")
}
SECTIONS: Mapping[str, Columns] = {
    "Level": LEVEL,
    "Order": ORDER,
    "Ranges and bands": RANGES,
    "Ranges of five or more expected leavers": MANY_EXPECTED,
    "Drivers and recommendations": DRIVERS,
    "Drivers of a noise-free fit of the same form": NOISE_FREE,
}


def worlds_page(figures: pd.DataFrame) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    figures : DataFrame
        ``world``, ``seed``, ``horizon``, ``figure``, ``value``.
    """
    seeds = ", ".join(str(seed) for seed in sorted(figures["seed"].unique()))
    parts = [f"# Worlds\n\nMeans of seeds {seeds}; below them the mean, the least and the most of all centres."]
    parts += [f"## {title}\n\n{_table(figures, columns)}" for title, columns in SECTIONS.items()]
    marks = [[name, _number(value)] for name, value in mark_figures(figures, FAMILIES).items()]
    parts.append(f"## Families that cannot be told apart\n\n{_markdown(['over all centres', ''], marks)}")
    return "\n\n".join(parts) + "\n"


def _table(figures: pd.DataFrame, columns: Columns) -> str:
    by_centre = figures.set_index(["world", "seed", "figure", "horizon"])["value"].unstack(["figure", "horizon"])
    shown = by_centre.reindex(columns=pd.MultiIndex.from_tuples(columns.values())).set_axis(list(columns), axis=1)
    means = shown.groupby(level="world", sort=False).mean()
    summary = shown.agg(["mean", "min", "max"])
    table = pd.concat([means, summary.rename(index={"mean": "*mean*", "min": "*least*", "max": "*most*"})])
    return _markdown(["world", *table.columns], [[name, *map(_number, row)] for name, row in _rows(table)])


def _rows(table: pd.DataFrame) -> list[tuple[str, list[float]]]:
    return [(str(name), list(row)) for name, row in zip(table.index, table.to_numpy(), strict=True)]


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.3f}"


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
