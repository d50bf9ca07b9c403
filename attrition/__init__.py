"""Which call-centre agents are likely to resign, why, and what would help.

The same steps as the commands, with tables in and out. A workspace is opened with `Workspace`, made with `init`, or
drawn as a synthetic centre with `draw_centre` or `demo`. Months are written ``"2026-10"``, or as any date in them. What
a user can mend is raised as a `UserError`, everything else that fails as an `AttritionError`.

The folders of this package, read in alphabetical order, are the flow of data; `attrition.pipeline` is the page to read
first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.months import last_day
from attrition.data.progress import Progress, silent
from attrition.errors import AttritionError, UserError

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.boosting import MonotoneBoosting
    from attrition.model.panel import Panel
    from attrition.pilot.preregistration import Design
    from attrition.predict.explanation import Explanation
    from attrition.steps.check import CheckResult
    from attrition.steps.model_in_use import VersionedModel
    from attrition.steps.results import PlanTables, RetrainVerdict
    from attrition.steps.versions import VersionList
    from attrition.steps.what_if import WhatIf

__version__ = "0.1.0"
__all__ = [
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

_HEAVY = {"MonotoneBoosting": "attrition.model.boosting", "Panel": "attrition.model.panel"}
"""Classes that are imported when they are first used."""


def __getattr__(name: str) -> Any:
    if name in _HEAVY:
        return getattr(import_module(_HEAVY[name]), name)
    raise AttributeError(f"module 'attrition' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)


def init(folder: str | Path, *, data: str | Path | None = None, progress: Progress = silent) -> Workspace:
    """Make a workspace for your own data: declarations to edit; files that are there already stay as they are.

    Parameters
    ----------
    folder : str or Path
        The workspace; made when missing.
    data : str or Path, optional
        A folder of exports named after the tables (``agents.csv``, ``exits.parquet``, ...).
    progress : callable
        Called with the name of each step of what is done in the workspace; ``print`` shows them.

    Examples
    --------
    >>> sorted(path.name for path in attrition.init("ours").folder.iterdir())
    ['README.md', 'models', 'people', 'pipelines']
    """
    from attrition import pipeline

    pipeline.init(Path(folder), data=None if data is None else Path(data))
    return Workspace(folder, progress=progress)


def draw_centre(
    folder: str | Path, *, agents: int = 300, months: int = 30, seed: int = 1, progress: Progress = silent
) -> Workspace:
    """Draw a synthetic centre into a new workspace; the same seed gives the same centre.

    Parameters
    ----------
    folder : str or Path
        A new folder, or one of an earlier synthetic centre.
    agents, months : int
        Agents at work at a time, and months of history.
    seed : int
        Of every random draw.
    progress : callable
        As for `init`.

    Raises
    ------
    UserError
        The folder holds something else.

    Examples
    --------
    >>> drawn = attrition.draw_centre("small", agents=20, months=3, seed=5)
    >>> (drawn.folder / "exports" / "exits.csv").exists()
    True
    """
    from attrition import pipeline

    pipeline.draw_centre(Path(folder), agents=agents, months=months, seed=seed, progress=progress)
    return Workspace(folder, progress=progress)


def demo(
    folder: str | Path = "demo", *, agents: int = 1200, months: int = 48, seed: int = 1, progress: Progress = silent
) -> Workspace:
    """Draw a synthetic centre and take it from raw tables to a report; some minutes. Parameters as for `draw_centre`.

    Examples
    --------
    >>> ws = attrition.demo(progress=print)
    """
    from attrition import pipeline

    pipeline.demo(Path(folder), agents=agents, months=months, seed=seed, progress=progress)
    return Workspace(folder, progress=progress)


class Workspace:
    """A folder with declarations to edit and products to read; each method is a step that is a command as well.

    Parameters
    ----------
    folder : str or Path
        The folder that `init`, `draw_centre` or `demo` made.
    progress : callable
        Called with the name of each step; ``print`` shows them.

    Raises
    ------
    UserError
        The folder is no workspace.

    Examples
    --------
    >>> ws = attrition.Workspace("centre")
    """

    def __init__(self, folder: str | Path, *, progress: Progress = silent) -> None:
        from attrition.workspace import require_workspace

        self.folder = require_workspace(Path(folder))
        self.progress = progress

    def __repr__(self) -> str:
        return f"Workspace({str(self.folder)!r})"

    def check(self) -> CheckResult:
        """Check every table against the contract; a `DataError` lists every fault of every table.

        Examples
        --------
        >>> checked = ws.check()
        >>> list(checked.features)[:3], list(checked.coverage)[:2]
        (['pay', 'career', 'workload'], ['table', 'is_supplied'])
        """
        from attrition import pipeline

        return pipeline.check(self.folder, progress=self.progress)

    def panel(self) -> Panel:
        """Return the panel: one row per agent-month at risk; built first where it is missing or out of date.

        Examples
        --------
        >>> panel = ws.panel()
        >>> len(panel.rows) == len(panel.outcomes), f"{panel.data_ends:%Y-%m}"
        (True, '2026-10')
        """
        from attrition import pipeline

        return pipeline.read_panel(self.folder, progress=self.progress)

    def backtest(self) -> dict[str, pd.DataFrame]:
        """Score past months by models that knew only what was known then; return the tables of the backtest by name.

        Examples
        --------
        >>> trial = ws.backtest()
        >>> trial["metrics"].query("metric == 'auc'")["value"].between(0, 1).all()
        np.True_
        """
        from attrition import pipeline
        from attrition.runs import Runs

        pipeline.backtest(self.folder, progress=self.progress)
        return Runs(self.folder).read_backtest_tables()

    def retrain(self) -> RetrainVerdict:
        """Train, evaluate and register a version; what it could show of itself decides whether it scores.

        Examples
        --------
        >>> verdict = ws.retrain()
        >>> verdict.version, verdict.alias, list(verdict.checks)[:2]
        ('1', 'champion', ['name', 'passed'])
        """
        from attrition import pipeline
        from attrition.steps.results import read_retrain_verdict

        verdict, *_ = pipeline.retrain(self.folder, progress=self.progress)
        return read_retrain_verdict(self.folder, verdict)

    def models(self) -> VersionList:
        """List every registered version, and every decision about them; promotion by name is left to the commands.

        Examples
        --------
        >>> [(version.number, version.aliases) for version in ws.models().versions]
        [('1', ('champion',))]
        """
        from attrition import pipeline

        return pipeline.list_models(self.folder)

    def model_in_use(self) -> VersionedModel:
        """Load the model that scores, the champion or else the provisional version, with what could not be shown of it.

        Examples
        --------
        >>> model = ws.model_in_use()
        >>> model.version, model.fitted.horizons, model.caveat.en
        ('1', [1, 3, 6, 12], '')
        """
        from attrition.steps.model_in_use import load_model_in_use

        return load_model_in_use(self.folder)

    def score(self, as_of: str | date) -> dict[str, pd.DataFrame]:
        """Score the agents at risk at a month-end by the model in use; return the month's tables by name.

        Examples
        --------
        >>> month = ws.score("2026-10")
        >>> {"scores", "drivers", "recommendations", "expected_leavers"} <= set(month)
        True
        """
        from attrition import pipeline

        pipeline.score(self.folder, last_day(as_of), progress=self.progress)
        return self.tables(as_of)

    def tables(self, as_of: str | date) -> dict[str, pd.DataFrame]:
        """Read the tables of a month that was scored before.

        Examples
        --------
        >>> ws.tables("2026-10")["scores"]["model_version"].unique().tolist()
        ['1']
        """
        from attrition import pipeline

        return pipeline.read_month(self.folder, last_day(as_of))

    def monitor(self) -> Mapping[str, Any]:
        """Compare what the model in use learned from and promised with what came since; return what changed.

        Examples
        --------
        >>> watched = ws.monitor()
        >>> [alarm["kind"] for alarm in watched["alarms"]], watched["retrain"]["is_proposed"]
        ([], False)
        """
        from attrition import pipeline
        from attrition.steps.results import read_figures

        return read_figures(pipeline.monitor(self.folder, progress=self.progress))

    def explain(self, as_of: str | date, *, horizon: int | None = None, agents: Collection[str] = ()) -> Explanation:
        """Return what moves the risks of a scored month as a `shap.Explanation`, one row per agent (extra ``explain``).

        Of everybody with a risk, or of some `agents`; at the headline, or another `horizon` in months.

        Examples
        --------
        >>> import shap
        >>> explanation = ws.explain("2026-10", horizon=3)
        >>> _ = shap.plots.beeswarm(explanation, show=False)
        """
        from attrition import pipeline

        month, progress = last_day(as_of), self.progress
        return pipeline.explanation(self.folder, month, horizon=horizon, agents=agents, progress=progress)

    def what_if(self, agent: str, as_of: str | date, facts: Mapping[str, object]) -> WhatIf:
        """Score one agent with changed facts, such as ``{"base_pay": 5200}``; what the model expects, not an effect.

        Examples
        --------
        >>> agent = ws.tables("2026-10")["scores"].query("rank == 1")["agent_id"].iloc[0]
        >>> result = ws.what_if(agent, "2026-10", {"career_talks": 1})
        >>> list(result.moved), result.abstain_reason
        (['feature', 'en', 'zh', 'before', 'after'], '')
        """
        from attrition import pipeline
        from attrition.steps.what_if import WhatIfRequest

        request = WhatIfRequest(agent, last_day(as_of), {fact: str(value) for fact, value in facts.items()})
        return pipeline.what_if(self.folder, request, progress=self.progress)

    def monthly(self, as_of: str | date, *, languages: Sequence[str] | None = None) -> list[Path]:
        """Score the month, plan where a budget is declared, and write the report; return where each part is.

        Examples
        --------
        >>> products = ws.monthly("2026-10", languages=["en"])
        >>> "centre.en.html" in {path.name for path in products}
        True
        """
        from attrition import pipeline

        return pipeline.monthly(self.folder, last_day(as_of), langs=languages, progress=self.progress)

    def explain_page(self, agent: str, as_of: str | date, *, languages: Sequence[str] | None = None) -> list[Path]:
        """Write one agent's page from a month whose report was issued; ``en``, ``zh``, or as in monthly.toml.

        Examples
        --------
        >>> agent = ws.tables("2026-10")["scores"]["agent_id"].iloc[0]
        >>> [page] = ws.explain_page(agent, "2026-10", languages=["en"])
        >>> page.name == f"{agent}.en.html"
        True
        """
        from attrition import pipeline

        return pipeline.explain(self.folder, agent, last_day(as_of), langs=languages, progress=self.progress)

    def plan(self, as_of: str | date, *, budget: float) -> PlanTables:
        """Choose which interventions for whom save most within a budget, in a month that was scored.

        Examples
        --------
        >>> plan = ws.plan("2026-10", budget=3000)
        >>> bool(plan.offers["cost"].sum() <= 3000)
        True
        """
        from attrition import pipeline
        from attrition.steps.results import read_plan

        pipeline.plan(self.folder, last_day(as_of), budget=budget, progress=self.progress)
        return read_plan(self.folder, last_day(as_of))

    def replay(self, first: str | date, last: str | date, *, languages: Sequence[str] | None = None) -> list[Path]:
        """Score and report past months as they would have been known then; return their folders, oldest first.

        Examples
        --------
        >>> [folder] = ws.replay("2026-09", "2026-09", languages=["en"])
        >>> folder.name
        '2026-09'
        """
        from attrition import pipeline

        months = last_day(first), last_day(last)
        return pipeline.replay(self.folder, *months, langs=languages, progress=self.progress)

    def design_pilot(
        self, name: str, intervention: str, *, as_of: str | date, months: int = 6, agents: int | None = None
    ) -> tuple[Design, pd.DataFrame]:
        """Assign agents of a scored month at random and preregister the pilot; return its design and who is in it.

        Examples
        --------
        >>> design, members = ws.design_pilot("coaching", "leader_coaching", as_of="2026-09")
        >>> sorted(members["arm"].unique())
        ['control', 'treated']
        """
        from attrition import pipeline
        from attrition.pilot.draw import DesignRequest
        from attrition.pilot.preregistration import checked_name, read_preregistered

        request = DesignRequest(checked_name(name), last_day(as_of), months, agents)
        pipeline.design_pilot(self.folder, request, intervention=intervention, progress=self.progress)
        return read_preregistered(self.folder, name)

    def read_pilot(self, name: str, *, as_of: str | date | None = None) -> Mapping[str, Any]:
        """Read what a pilot shows by a month-end, by default the last of the data; return the reading's figures.

        Examples
        --------
        >>> ws.read_pilot("coaching")["verdict"]
        'too early to say'
        """
        from attrition import pipeline
        from attrition.steps.results import read_figures

        month = None if as_of is None else last_day(as_of)
        return read_figures(pipeline.read_pilot(self.folder, name, as_of=month, progress=self.progress))
