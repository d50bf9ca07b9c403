"""The trials every peer runs on: by origin, the agent-months known then, encoded, and the later months to score."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from attrition import declared
from attrition.data.atomic import atomic_folder
from attrition.labels.maturity import mature_to
from attrition.labels.outcomes import KEYS, VOLUNTARY, exit_within
from attrition.model.encode import fit_encoding
from attrition.model.spec import BacktestJob
from attrition.model.splits import Origin, expanding_origins
from attrition.runs import Runs


def write_trials(workspace: Path, folder: Path, *, horizon: int) -> dict[str, object]:
    """Write the trials of a workspace into a folder; return their description, which is also in ``about.json``.

    Each ``origin-<n>/past.parquet`` holds agent_id, as_of, label (1, 0, null while immature at the origin), months
    and event (time from the month to the exit, or to the censoring), and the encoded features; ``later.parquet``
    the keys and features of the months to score. ``truth.parquet`` holds the labels of the later months known at the
    end of the data, for the evaluation only.
    """
    panel = Runs(workspace).read_panel()
    rows, outcomes, features = panel.rows, panel.outcomes, panel.features
    job = declared.read(workspace / "pipelines" / "backtest.toml", BacktestJob)
    origins = declared_origins(rows, outcomes, job, horizon=horizon)
    with atomic_folder(folder) as part:
        for number, origin in enumerate(origins):
            _write_origin(part / f"origin-{number}", origin, rows, outcomes, features=features, horizon=horizon)
        _truth(rows, outcomes, origins, horizon).to_parquet(part / "truth.parquet", index=False)
        description = {
            "horizon": horizon,
            "workspace": str(workspace.resolve()),
            "at": [f"{origin.month_end:%Y-%m-%d}" for origin in origins],
            "names": [feature.name for feature in fit_encoding(rows.head(0), features).features],
            "categories": sorted(feature.name for feature in features if feature.is_category),
            "draws": job.draws,
            "hash": _hash(part),
        }
        (part / "about.json").write_text(json.dumps(description, indent=1), encoding="utf-8")
    return description


def declared_origins(rows: pd.DataFrame, outcomes: pd.DataFrame, job: BacktestJob, *, horizon: int) -> list[Origin]:
    """Return the origins as the backtest declares them, with the evaluated horizon as the gap."""
    return expanding_origins(
        rows["as_of"],
        min_history_months=job.first_after_months,
        step_months=job.step_months,
        max_origins=job.origins,
        horizon=horizon,
        mature_to=mature_to(outcomes, rows["as_of"].max()),
    )


def time_to_exit(outcomes: pd.DataFrame, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Return months to the exit and whether it was a resignation; any other exit, and the end of what is known, censor.

    Months are counted as the labels count them: an exit in the month after ``as_of`` comes after 1 month. Rows of
    agents who had already left, as became known later, have no months.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({
    ...     "as_of": day(["2026-01-31", "2026-01-31", "2026-01-31"]),
    ...     "exit_kind": ["voluntary", "involuntary", None],
    ...     "left_on": day(["2026-02-10", "2026-03-01", None]),
    ...     "known_on": day(["2026-02-11", "2026-03-02", None]),
    ... })
    >>> time_to_exit(outcomes, known_at=day("2026-04-30")).to_numpy().tolist()
    [[1.0, 1.0], [2.0, 0.0], [3.0, 0.0]]
    """
    is_known = outcomes["known_on"] <= known_at
    start = outcomes["as_of"].dt.to_period("M").astype("int64")
    exit_month = outcomes["left_on"].dt.to_period("M").astype("int64")
    follow_up = (known_at.to_period("M").ordinal - start).astype(float)
    months = (exit_month - start).astype(float).where(is_known, follow_up)
    had_left = is_known & (outcomes["left_on"] <= outcomes["as_of"])
    event = (is_known & (outcomes["exit_kind"] == VOLUNTARY)).astype(float)
    return pd.DataFrame({"months": months.mask(had_left), "event": event})


def _write_origin(
    folder: Path, origin: Origin, rows: pd.DataFrame, outcomes: pd.DataFrame, *, features: list, horizon: int
) -> None:
    is_past = (rows["as_of"] <= origin.month_end).to_numpy()
    encoding = fit_encoding(rows[is_past], features)
    past = outcomes[is_past].reset_index(drop=True)
    label = exit_within(past, horizon, known_at=origin.month_end).rename("label")
    labels = pd.concat([past[KEYS], label, time_to_exit(past, known_at=origin.month_end)], axis=1)
    folder.mkdir(parents=True)
    _with_features(labels, encoding.matrix(rows[is_past]), encoding.names).to_parquet(
        folder / "past.parquet", index=False
    )
    later = rows[rows["as_of"].isin(origin.scored_months)].reset_index(drop=True)
    _with_features(later[KEYS], encoding.matrix(later), encoding.names).to_parquet(
        folder / "later.parquet", index=False
    )


def _with_features(table: pd.DataFrame, matrix: np.ndarray, names: list[str]) -> pd.DataFrame:
    return pd.concat([table, pd.DataFrame(matrix, columns=names)], axis=1)


def _truth(rows: pd.DataFrame, outcomes: pd.DataFrame, origins: list[Origin], horizon: int) -> pd.DataFrame:
    """Return the labels of every scored month at the end of the data; agents who had already left are not evaluated."""
    truth = outcomes[KEYS].assign(label=exit_within(outcomes, horizon, known_at=rows["as_of"].max()))
    scored = {month for origin in origins for month in origin.scored_months}
    return truth[truth["as_of"].isin(scored) & truth["label"].notna()].reset_index(drop=True)


def _hash(folder: Path) -> str:
    """Hash the values of every table, so that the same trials have the same hash in any folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.parquet")):
        table = pd.read_parquet(path)
        digest.update(f"{path.relative_to(folder)} {list(table.columns)}".encode())
        digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
