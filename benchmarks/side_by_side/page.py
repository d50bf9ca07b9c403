"""The table as Markdown: one per centre, each figure with by how much ours is better, and its interval."""

from __future__ import annotations

import pandas as pd

from side_by_side.figures import METRICS, OURS

HEADINGS = {
    "auc_mean_of_months": "AUC, mean of months",
    "auc": "AUC",
    "average_precision_mean_of_months": "average precision, mean of months",
    "average_precision": "average precision",
    "brier": "Brier",
    "calibration_error": "calibration error",
}
NAMES = {
    "attrition": "**attrition**",
    "base_rate": "base rate",
    "tenure_only": "tenure alone",
    "logistic": "logistic (our baseline)",
    "lightgbm": "LightGBM",
    "xgboost": "XGBoost",
    "catboost": "CatBoost",
    "hist_gradient_boosting": "HistGradientBoosting",
    "logistic_splines": "logistic with splines",
    "random_survival_forest": "random survival forest",
    "cox": "Cox",
    "fife": "FIFE",
    "oracle": "*the truth*",
}


def comparison_page(table: pd.DataFrame, times: pd.DataFrame) -> str:
    """Write one table per centre, best average precision first."""
    return "\n".join(_centre(str(name), rows, times) for name, rows in table.groupby("centre", sort=False))


def _centre(name: str, rows: pd.DataFrame, times: pd.DataFrame) -> str:
    seconds = times[times["centre"] == name].set_index("peer")
    cells = {(row.peer, row.metric): _cell(row) for row in rows.itertuples()}
    order = rows[rows["metric"] == "average_precision"].sort_values("value", ascending=False)["peer"]
    rows_events = f"{rows['rows'].iloc[0]:,} agent-months, {rows['events'].iloc[0]:,} resignations"
    lines = [
        f"### {name}: {rows_events}\n",
        "| | " + " | ".join(HEADINGS.values()) + " | training, s | scoring, s |",
        "|---|" + "---|" * (len(HEADINGS) + 2),
    ]
    for peer in order:
        figures = " | ".join(cells[peer, metric] for metric in METRICS)
        lines.append(f"| {NAMES[peer]} | {figures} | {_seconds(seconds, peer)} |")
    return "\n".join(lines) + "\n"


def _cell(row: pd.Series) -> str:
    """Return the value, and beneath it by how much ours is better, with the interval."""
    if row.peer == OURS:
        return f"**{row.value:.4f}**"
    return f"{row.value:.4f}<br>{row.better_by:+.4f} ({row.low:+.4f} to {row.high:+.4f})"


def _seconds(seconds: pd.DataFrame, peer: str) -> str:
    """Return the seconds of one fit and of scoring its months, by the clock and (in brackets) of the processor."""
    if peer not in seconds.index:
        return "| "
    row = seconds.loc[peer]
    fits = row["fits"]
    return (
        f"{row['fit'] / fits:.1f} ({row['fit_cpu'] / fits:.1f}) | "
        f"{row['score'] / fits:.2f} ({row['score_cpu'] / fits:.2f})"
    )
