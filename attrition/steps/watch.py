"""Watch a workspace: compare what the model in use was trained on and promised with what has come since."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attrition.data.phrase import Phrase
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.declarations import read_monitor_job, read_monthly_job, read_retrain_job
from attrition.steps.month import mark_reasons_to_abstain
from attrition.steps.watch_issued import listed_months, watched_level

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.jobs import InputLimits, MonitorJob
    from attrition.model.panel import Panel
    from attrition.monitor.alarm import Alarm
    from attrition.monitor.inputs import DriftLimits
    from attrition.monitor.watch import RetrainAdvice, Watch
    from attrition.steps.model_in_use import VersionedModel

NO_MONTH_SINCE = Phrase(
    "no month has come since those the model was trained on: inputs and scores are not compared yet",
    "模型训练所用月份之后还没有新的月份：特征与评分暂不比较",
)


def watch_workspace(workspace: Path, panel: Panel, model: VersionedModel, *, progress: Progress) -> Watch:
    """Watch inputs, scores, abstentions, the level and the list, with everything that is in the panel today.

    Parameters
    ----------
    workspace : Path
        Whose issued months are compared with what happened.
    panel : Panel
        The newest one; its outcomes are looked at, and the features of the months that are compared are read.
    model : VersionedModel
        The model in use.
    progress : callable
        Called before each part.
    """
    import pandas as pd

    from attrition.monitor.watch import Watch

    job, smallest = read_monitor_job(workspace), read_monthly_job(workspace).smallest_group
    progress("comparing inputs with the training months")
    drift = _drift(workspace, panel, model, job=job, smallest_group=smallest, progress=progress)
    progress("comparing what was expected with what happened")
    level = watched_level(workspace, panel, model, limits=job.level, smallest_group=smallest)
    listed = listed_months(workspace, panel, model, limits=job.level)
    alarms = [*level.alarms, *listed.alarms, *_drift_alarms(drift, job.inputs)]
    return Watch(
        as_of=pd.Timestamp(panel.data_ends),
        version=model.version,
        fitted_at=model.fitted.fitted_at,
        level=level.months,
        listed=listed.months,
        inputs=drift.inputs,
        families=drift.families,
        scores=drift.scores,
        abstained=drift.abstained,
        alarms=alarms,
        retrain=_retrain_advice(panel, model, alarms, job),
        notes=[*drift.notes, *level.notes, *listed.notes],
    )


class _Drift(NamedTuple):
    """How inputs and scores of the months since the training compare with those of its months, and what is noted."""

    inputs: pd.DataFrame
    families: pd.DataFrame
    scores: pd.DataFrame
    abstained: pd.DataFrame
    notes: list[Phrase]


def _drift(
    workspace: Path, panel: Panel, model: VersionedModel, *, job: MonitorJob, smallest_group: int, progress: Progress
) -> _Drift:
    """Compare the months since the training with its months; with no month on one side, there is nothing but a note."""
    import pandas as pd

    from attrition.monitor.inputs import input_drift, moved_families, watched_months

    fitted, limits, months = model.fitted, _limits(job.inputs), panel.outcomes["as_of"]
    window = min(fitted.spec.trees.learn_from)
    trained, since = watched_months(months.unique(), fitted_at=fitted.fitted_at, shortest_window=window)
    if not (trained and since):
        return _Drift(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), [NO_MONTH_SINCE])
    watched = [*trained, *since]
    agents, notes = _agents_to_compare(workspace, panel.outcomes[months.isin(watched)], seed=fitted.spec.trees.seed)
    rows = Runs(workspace).read_panel_months(watched, agents=agents)
    is_trained, gain = rows["as_of"].isin(trained).to_numpy(), fitted.gain_shares()
    inputs = input_drift(rows, is_trained, features=fitted.features, gain=gain, limits=limits)
    progress(Message("scoring {months} months with the model in use", months=rows["as_of"].nunique()))
    scores, abstained = _scored(panel, model, rows, is_trained, job=job, smallest_group=smallest_group)
    return _Drift(inputs, moved_families(inputs, limits), scores, abstained, notes)


def _agents_to_compare(workspace: Path, outcomes: pd.DataFrame, *, seed: int) -> tuple[pd.Index | None, list[Phrase]]:
    """Return the agents whose inputs and scores are compared, and what is to be noted; None where it is everybody.

    They are those that a training on these agent-months would draw.
    """
    from attrition.model.training_sample import draw_agents

    agents = draw_agents(outcomes, most_agent_months=read_retrain_job(workspace).most_agent_months, seed=seed)
    counts = {"agents": 0 if agents is None else len(agents), "all_agents": outcomes["agent_id"].nunique()}
    note = Phrase(
        "inputs and scores are compared on a sample of whole agents, {agents:,} of {all_agents:,}; level and list are "
        "those of everybody",
        "特征与评分的比较使用按人抽取的样本（{all_agents:,} 名座席中的 {agents:,} 名）；水平与名单针对所有人",
        **counts,
    )
    return agents, [] if agents is None else [note]


def _limits(declared: InputLimits) -> DriftLimits:
    from attrition.monitor.inputs import DriftLimits

    return DriftLimits(
        stability_index=declared.stability_index,
        blanks_rise=declared.blanks_rise,
        months_in_a_row=declared.months_in_a_row,
        moved_share=declared.moved_share,
    )


def _scored(
    panel: Panel,
    model: VersionedModel,
    rows: pd.DataFrame,
    is_trained: np.ndarray,
    *,
    job: MonitorJob,
    smallest_group: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score training months and later ones by the model in use, for this comparison only, and compare them."""
    import pandas as pd

    from attrition.labels.outcomes import KEYS
    from attrition.monitor.scored import abstained_drift, score_drift
    from attrition.predict.scores import scores

    groups = panel.outcomes.merge(rows[KEYS], on=KEYS, how="inner", validate="one_to_one")
    flags = mark_reasons_to_abstain(groups, panel.outcomes, model.fitted).set_index(KEYS)
    table = scores(
        model.fitted, rows, version=model.version, is_new_site=flags["is_new_site"], is_gone=flags["is_gone"]
    )
    trained, headline = pd.Index(rows.loc[is_trained, "as_of"].unique()), model.fitted.spec.headline
    drift = score_drift(table, trained, headline=headline, limit=job.inputs.stability_index)
    at_headline = table.loc[table["horizon_months"] == headline, [*KEYS, "abstained"]]
    abstained = abstained_drift(
        at_headline, groups, trained, rise=job.inputs.abstained_rise, smallest_group=smallest_group
    )
    return drift, abstained


def _drift_alarms(drift: _Drift, limits: InputLimits) -> Iterator[Alarm]:
    from attrition.monitor.alarm import abstained_alarm, family_alarm, score_alarm
    from attrition.monitor.drift import standing_since

    for _, row in drift.families.iterrows():
        if row["is_alarm"]:
            yield family_alarm(row)
    for table, key, alarm in (
        (drift.scores, "subject", score_alarm),
        (drift.abstained, "group", abstained_alarm),
    ):
        for name, months in table.groupby(key, sort=False) if len(table) else ():
            since = standing_since(months, at_least=limits.months_in_a_row)
            if since is not None:
                yield alarm(str(name), since, months.sort_values("as_of").iloc[-1])


def _retrain_advice(panel: Panel, model: VersionedModel, alarms: list[Alarm], job: MonitorJob) -> RetrainAdvice:
    """Return whether a retrain is proposed: an alarm that it may end, and enough people who resigned since."""
    import pandas as pd

    from attrition.labels.outcomes import exit_within
    from attrition.monitor.watch import ANSWERED_BY_A_RETRAIN, RetrainAdvice

    outcomes, known_at = panel.outcomes, pd.Timestamp(panel.data_ends)
    label = exit_within(outcomes, 1, known_at=known_at)
    is_new = label.notna() & exit_within(outcomes, 1, known_at=model.fitted.fitted_at).isna()
    new = outcomes[is_new]
    return RetrainAdvice(
        is_warranted=any(alarm.kind in ANSWERED_BY_A_RETRAIN for alarm in alarms),
        months=new["as_of"].nunique(),
        resignations=new.loc[label[is_new] == 1.0, "agent_id"].nunique(),
        needed_months=job.retrain.new_months,
        needed_resignations=job.retrain.new_resignations,
    )
