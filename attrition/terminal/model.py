"""Commands that evaluate and train: backtest, retrain, and the search for settings."""

from __future__ import annotations

import json
import os
from pathlib import Path

from attrition.terminal import console
from attrition.terminal.command import HERE, Folder, out, show, steps
from attrition.terminal.model_lines import search_lines, verdict_lines


def backtest(workspace: Folder = HERE) -> None:
    """Score past months by models that knew only what was known then, and measure how good they were.

    Reads pipelines/backtest.toml and models/; leaves runs/backtest/.

    For example:

        attrition backtest
    """
    with steps() as (pipeline, progress):
        products = pipeline.backtest(workspace, progress=progress)
    console.show_products(out, products, "attrition retrain")


def retrain(workspace: Folder = HERE) -> None:
    """Train, evaluate on later months, and register a model; promote it if it passes every promotion criterion.

    Reads pipelines/retrain.toml and models/; the record is in mlflow.db. A model that fails a criterion is
    registered, and the champion stays.

    For example:

        attrition retrain
    """
    with steps() as (pipeline, progress):
        products = pipeline.retrain(workspace, progress=progress)
    verdict = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *verdict_lines(verdict), ""])
    score = f"attrition monthly --as-of {_last_month(workspace)}"
    next_step = score if verdict["promoted"] else f"look at what it failed; {score} uses the champion"
    console.show_products(out, products, next_step)


def tune(workspace: Folder = HERE) -> None:
    """Search for better settings of the trees on past months, for as many minutes as pipelines/tune.toml says.

    Settings that beat the declared ones on later months, beyond noise, are proposed in runs/tune/; models/ stays.
    Ctrl-C keeps the finished trials; run it again to continue. Needs the extra "tune".

    For example:

        attrition tune
    """
    try:
        with steps() as (pipeline, progress):
            products = pipeline.tune(workspace, progress=progress)
    except KeyboardInterrupt:
        show(["trials that were finished are kept; run `attrition tune` again to continue"])
        raise
    verdict = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *search_lines(verdict), ""])
    copy = "copy" if os.name == "nt" else "cp"
    adopt = f"{copy} {products[-1]} {workspace / 'models' / products[-1].name} to adopt it, then attrition retrain"
    console.show_products(out, products, adopt if verdict["is_proposed"] else "attrition retrain")


def _last_month(workspace: Path) -> str:
    from attrition.runs import Runs

    return str(Runs(workspace).panel_provenance()["data_ends"])[:7]
