"""The Python interface, call by call: each example of its docstrings, in the order of use, on a small centre."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.special import expit

import attrition
from attrition.runs import Runs
from attrition.steps.results import read_plan
from tests.centres import copy_with_panel, supply_no_protected_attributes
from tests.conftest import leave_pdf_out

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore:LightGBM binary"
)

BACKTEST = "origins = 1\nmembers = 1\ndraws = 20\n"
FUNCTIONS = [attrition.init, attrition.draw_centre, attrition.demo]
METHODS = [
    member
    for name, member in vars(attrition.Workspace).items()
    if inspect.isfunction(member) and not name.startswith("_")
]
LONG = [attrition.demo]
"""Not run here: its steps are those of the other examples, on a large centre."""


def examples(documented: Callable[..., Any]) -> doctest.DocTest:
    [example] = doctest.DocTestFinder(recurse=False).find(documented, documented.__qualname__, globs={})
    return example


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run every example in a folder with a small centre; the output of those that failed, by name."""
    import matplotlib

    matplotlib.use("Agg")
    copy = copy_with_panel(tmp_path_factory)
    centre = copy.rename(copy.with_name("centre"))
    supply_no_protected_attributes(centre)
    (centre / "pipelines" / "backtest.toml").write_text(BACKTEST, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(centre.parent)
        leave_pdf_out(patch)
        names: dict[str, Any] = {"attrition": attrition}
        wrong: dict[str, str] = {}
        for documented in [*FUNCTIONS, attrition.Workspace, *METHODS]:
            if documented not in LONG:
                wrong[documented.__qualname__] = run(documented, names)
        yield {name: text for name, text in wrong.items() if text}


def run(documented: Callable[..., Any], names: dict[str, Any]) -> str:
    """Run the examples of one docstring; names made in it are there in the next one."""
    output: list[str] = []
    example = examples(documented)
    example.globs = names
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=output.append, clear_globs=False)
    return "".join(output)


@pytest.fixture
def ws(failures: dict[str, str]) -> attrition.Workspace:
    return attrition.Workspace("centre")


def test_every_example_runs(failures: dict[str, str]) -> None:
    assert "\n".join(failures.values()) == ""


def test_the_public_names_are_few_and_known() -> None:
    assert attrition.__all__ == [
        "AttritionError",
        "MonotoneBoosting",
        "Panel",
        "UserError",
        "Workspace",
        "__version__",
        "demo",
        "draw_centre",
        "init",
    ]
    assert all(getattr(attrition, name) is not None for name in attrition.__all__)


@pytest.mark.parametrize("documented", [*FUNCTIONS, attrition.Workspace, *METHODS], ids=lambda each: each.__name__)
def test_what_is_public_says_what_it_does_and_has_types_and_an_example(documented: Callable[..., Any]) -> None:
    signature = inspect.signature(documented)
    assert len(inspect.getdoc(documented).splitlines()[0]) > 20
    assert examples(documented).examples
    assert all(parameter.annotation for name, parameter in signature.parameters.items() if name != "self")


def test_a_month_is_a_text_or_any_of_its_days(ws: attrition.Workspace) -> None:
    by_text, by_date = ws.tables("2026-10"), ws.tables(date(2026, 10, 5))
    pd.testing.assert_frame_equal(by_text["scores"], by_date["scores"])
    with pytest.raises(attrition.UserError, match="write it like 2026-10"):
        ws.tables("October")


def test_the_champion_gives_the_risks_of_the_month(ws: attrition.Workspace) -> None:
    rows = ws.panel().month(date(2026, 10, 31)).rows
    risks = ws.model_in_use().fitted.score(rows)["risk"]
    issued = Runs(ws.folder).read_month_table(date(2026, 10, 31), "scores")["risk"]
    assert sorted(risks) == sorted(issued)


def test_every_table_of_the_month_is_returned(ws: attrition.Workspace) -> None:
    month = ws.tables("2026-10")
    assert set(month) == {path.stem for path in Runs(ws.folder).month(date(2026, 10, 31)).glob("*.parquet")}
    some = month["scores"]["agent_id"].unique()[:3]
    drivers = month["drivers"].query("agent_id in @some").astype({"feature": "str"})
    assert len(drivers) == len(Runs(ws.folder).read_drivers(date(2026, 10, 31), some))


def test_an_explanation_sums_to_the_issued_risk_of_everybody_who_has_one(ws: attrition.Workspace) -> None:
    issued = ws.tables("2026-10")["scores"].query("horizon_months == 3 and not abstained")
    explained = ws.explain("2026-10")
    sums = explained.values.sum(axis=1) + explained.base_values
    assert sorted(expit(sums)) == pytest.approx(sorted(issued["risk"]))


def test_shap_draws_the_explanation(ws: attrition.Workspace) -> None:
    import shap
    from matplotlib import pyplot

    first = ws.tables("2026-10")["scores"].query("rank == 1")["agent_id"].iloc[0]
    explained = ws.explain("2026-10", agents=[first])
    assert len(explained) == 1
    shap.plots.waterfall(explained[0], show=False)
    shap.plots.scatter(ws.explain("2026-10")[:, "tenure_days"], show=False)
    pyplot.close("all")


def test_an_explanation_of_nobody_is_refused_without_a_number_in_the_error(ws: attrition.Workspace) -> None:
    with pytest.raises(attrition.UserError, match="nobody has that staff number") as refused:
        ws.explain("2026-10", agents=["A99999"])
    assert "A99999" not in str(refused.value)
    with pytest.raises(attrition.UserError, match="its horizons are 1, 3, 6, 12"):
        ws.explain("2026-10", horizon=2)


def test_the_offers_of_a_plan_are_those_of_its_figures(ws: attrition.Workspace) -> None:
    month = ws.folder / "runs" / "2026-10-31" / "plan"
    plan = read_plan(ws.folder, date(2026, 10, 31))
    assert len(plan.offers) == plan.figures["offers"] == len(pd.read_csv(month / "plan.csv"))
    assert plan.comparison["way"].iloc[0] == "plan"


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(attrition.UserError, match="attrition init"):
        attrition.Workspace(tmp_path)
    with pytest.raises(attrition.UserError, match="holds something else"):
        attrition.draw_centre(tmp_path)
