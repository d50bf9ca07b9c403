"""What every peer is given: for each origin the agent-months known then, encoded, and the later months to score."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from attrition import declared
from attrition.data.atomic import atomic_folder
from attrition.labels.outcomes import KEYS, VOLUNTARY, exit_within
from attrition.model.encode import fit_encoding
from attrition.model.spec import BacktestJob
from attrition.model.splits import Origin, expanding_origins
from attrition.runs import Runs

FACTS = ["label", "months", "event"]


def lay(workspace: Path, folder: Path, *, horizon: int) -> dict[str, object]:
    """Write the trials of a workspace into `folder`; give what is said about them.

    Each ``origin-<n>/past.parquet`` holds agent_id, as_of, label (1, 0, null while immature at the origin), months
    and event (time from the month to the exit, or to the censoring), and the encoded features; ``later.parquet``
    the same without the facts. ``truth.parquet`` holds what is known by now of the later months, for the judge only.
    """
    history = Runs(workspace).read_panel()
    panel, outcomes, features = history.rows, history.outcomes, history.features
    job = declared.read(workspace / "pipelines" / "backtest.toml", BacktestJob)
    laid = laid_origins(panel, job, horizon=horizon)
    with atomic_folder(folder) as fresh:
        for place, origin in enumerate(laid):
            _write_origin(fresh / f"origin-{place}", origin, panel, outcomes, features=features, horizon=horizon)
        _truth(panel, outcomes, laid, horizon).to_parquet(fresh / "truth.parquet", index=False)
        said = {
            "horizon": horizon,
            "workspace": str(workspace.resolve()),
            "at": [f"{origin.at:%Y-%m-%d}" for origin in laid],
            "names": [feature.name for feature in fit_encoding(panel.head(0), features).features],
            "categories": sorted(feature.name for feature in features if feature.is_category),
            "draws": job.draws,
            "hash": _hash(fresh),
        }
        (fresh / "about.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    return said


def laid_origins(panel: pd.DataFrame, job: BacktestJob, *, horizon: int) -> list[Origin]:
    """Lay the origins as the backtest declares them, with the judged horizon as the gap."""
    return expanding_origins(
        panel["as_of"],
        first_after=job.first_after_months,
        step=job.step_months,
        most=job.origins,
        horizon=horizon,
        known_at=panel["as_of"].max(),
    )


def time_to_exit(outcomes: pd.DataFrame, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Give months to the exit and whether it was a resignation; any other exit, and the end of what is known, censor.

    Months are counted as the labels count them: an exit in the month after ``as_of`` comes after 1 month. Rows of
    agents who had in truth already left have no months.

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
    known = outcomes["known_on"] <= known_at
    start = outcomes["as_of"].dt.to_period("M").astype("int64")
    exit_month = outcomes["left_on"].dt.to_period("M").astype("int64")
    followed = (known_at.to_period("M").ordinal - start).astype(float)
    months = (exit_month - start).astype(float).where(known, followed)
    gone_already = known & (outcomes["left_on"] <= outcomes["as_of"])
    event = (known & (outcomes["exit_kind"] == VOLUNTARY)).astype(float)
    return pd.DataFrame({"months": months.mask(gone_already), "event": event})


def _write_origin(
    folder: Path, origin: Origin, panel: pd.DataFrame, outcomes: pd.DataFrame, *, features: list, horizon: int
) -> None:
    past = (panel["as_of"] <= origin.at).to_numpy()
    encoding = fit_encoding(panel[past], features)
    seen = outcomes[past].reset_index(drop=True)
    label = exit_within(seen, horizon, known_at=origin.at).rename("label")
    facts = pd.concat([seen[KEYS], label, time_to_exit(seen, known_at=origin.at)], axis=1)
    folder.mkdir(parents=True)
    _encoded(facts, encoding.matrix(panel[past]), encoding.names).to_parquet(folder / "past.parquet", index=False)
    later = panel[panel["as_of"].isin(origin.scored)].reset_index(drop=True)
    _encoded(later[KEYS], encoding.matrix(later), encoding.names).to_parquet(folder / "later.parquet", index=False)


def _encoded(told: pd.DataFrame, matrix: np.ndarray, names: list[str]) -> pd.DataFrame:
    return pd.concat([told, pd.DataFrame(matrix, columns=names)], axis=1)


def _truth(panel: pd.DataFrame, outcomes: pd.DataFrame, laid: list[Origin], horizon: int) -> pd.DataFrame:
    """Say what is known by now of every scored month; agents who had already left are not judged."""
    known = outcomes[KEYS].assign(label=exit_within(outcomes, horizon, known_at=panel["as_of"].max()))
    scored = {month for origin in laid for month in origin.scored}
    return known[known["as_of"].isin(scored) & known["label"].notna()].reset_index(drop=True)


def _hash(folder: Path) -> str:
    """Hash the values of every table, so that the same trials have the same name wherever they were laid."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.parquet")):
        table = pd.read_parquet(path)
        digest.update(f"{path.relative_to(folder)} {list(table.columns)}".encode())
        digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
