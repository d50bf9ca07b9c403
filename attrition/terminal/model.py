"""Commands that evaluate and train: backtest, retrain, and the search for settings."""

from __future__ import annotations

import json
import os

from attrition.message import Message
from attrition.terminal import console
from attrition.terminal.backtest_answer import answer_table
from attrition.terminal.command import HERE, Folder, out, show, show_caveat, steps, what_next
from attrition.terminal.language import spoken
from attrition.terminal.model_lines import search_lines, verdict_lines


def backtest(workspace: Folder = HERE) -> None:
    """Score past months by models that knew only what was known then, and say how good that would have been.

    Reads pipelines/backtest.toml and models/; leaves runs/backtest/ with its tables and a page, backtest.html.

    For example:

        attrition backtest
    """
    with steps() as (pipeline, progress):
        products = pipeline.backtest(workspace, progress=progress)
    show([""])
    out.print(answer_table(json.loads(products[1].read_text(encoding="utf-8"))))
    show([""])
    console.show_products(out, products, what_next(workspace))


def retrain(workspace: Folder = HERE) -> None:
    """Train, evaluate on later months, and register a model; promote it if it passes every promotion criterion.

    Reads pipelines/retrain.toml and models/; the record is in mlflow.db. A model that fails a criterion is
    registered, and the champion stays. Where there is no champion yet, a model that nothing refutes scores
    provisionally, and every page says what could not be shown of it.

    For example:

        attrition retrain
    """
    with steps() as (pipeline, progress):
        products = pipeline.retrain(workspace, progress=progress)
    from attrition.model.card_files import card_files
    from attrition.steps.next_step import after_retrain

    verdict = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *verdict_lines(verdict), ""])
    show_caveat(workspace)
    cards = card_files(products[1].parent, spoken())
    console.show_products(out, [products[0], *cards], after_retrain(workspace, verdict["version"]))


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
        show([Message("trials that were finished are kept; run `attrition tune` again to continue")])
        raise
    verdict = json.loads(products[0].read_text(encoding="utf-8"))
    show(["", *search_lines(verdict), ""])
    copy = "copy" if os.name == "nt" else "cp"
    command = f"{copy} {products[-1]} {workspace / 'models' / products[-1].name}"
    adopt = Message("{command} to adopt it, then attrition retrain", command=command)
    console.show_products(out, products, adopt if verdict["is_proposed"] else what_next(workspace))
