"""What a model is trained and evaluated on: the one place that says which agents that is.

A fit, the months held out, baselines, calibration and null checks all use the panel that is read here. What is about
everybody in the newest month (who would be listed, what could be offered) uses that month whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.declarations import read_retrain_job
from attrition.steps.panel import build_if_outdated

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.panel import Panel
    from attrition.model.spec import Spec
    from attrition.model.training_sample import TrainingSample


@dataclass(frozen=True, eq=False)
class TrainingPanel:
    """What a model is trained on.

    Attributes
    ----------
    workspace : Path
        Where the panel is.
    panel : Panel
        The agents it is trained and evaluated on, in all months.
    newest : Panel
        Everybody in the newest month, with the outcomes of everybody in all months; `panel` where that is everybody.
    sample : TrainingSample or None
        How much of the centre `panel` is; None where it is everybody.
    """

    workspace: Path
    panel: Panel
    newest: Panel
    sample: TrainingSample | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Return how many ``agent_months``, ``agents`` and ``months`` the whole panel has."""
        rows = self.newest.outcomes
        return {
            "agent_months": len(rows),
            "agents": int(rows["agent_id"].nunique()),
            "months": int(rows["as_of"].nunique()),
        }

    def everybody_in(self, months: Sequence[pd.Timestamp]) -> Panel:
        """Return everybody in some months, and in others too where a model is trained on everybody."""
        return self.panel if self.sample is None else Runs(self.workspace).read_panel(months)


def load_training_panel(workspace: Path, spec: Spec, *, progress: Progress) -> TrainingPanel:
    """Read the panel to train on; build it first where it is missing or out of date.

    Everybody is read where the panel has no more agent-months than ``most_agent_months`` of ``pipelines/retrain.toml``,
    else the agents whom `attrition.model.training_sample.draw_agents` draws.
    """
    from attrition.model.training_sample import count_sample, draw_agents

    build_if_outdated(workspace, progress=progress)
    runs, most = Runs(workspace), read_retrain_job(workspace).most_agent_months
    progress("reading the panel")
    outcomes = runs.read_outcomes(["agent_id", "as_of", "exit_kind"])
    agents = draw_agents(outcomes, most_agent_months=most, seed=spec.trees.seed)
    sample = count_sample(outcomes, agents)
    if agents is None or sample is None:
        panel = runs.read_panel()
        return TrainingPanel(workspace, panel, panel)
    progress(
        Message(
            "reading a sample of {agents:,} of {all_agents:,} agents with {months:,} of {all_months:,} agent-months",
            agents=sample.drawn.agents,
            all_agents=sample.centre.agents,
            months=sample.drawn.agent_months,
            all_months=sample.centre.agent_months,
        )
    )
    newest = runs.read_panel([outcomes["as_of"].max()])
    return TrainingPanel(workspace, runs.read_panel(agents=agents), newest, sample)
