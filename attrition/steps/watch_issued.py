"""What the model in use announced month by month, beside what happened: the level of resignations, and the list.

Only months count that were issued in their own time by the version in use: what another version announced, or a replay
afterwards, says nothing about this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.people.protection import read_protection
from attrition.data.phrase import Phrase
from attrition.data.swap import readable
from attrition.runs import Runs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from attrition.jobs import LevelLimits
    from attrition.model.panel import Panel
    from attrition.monitor.alarm import Alarm
    from attrition.steps.model_in_use import VersionedModel

CALIBRATION_MONTHS = 12
"""Months before a model was fitted whose resignations set its level."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Months with evidence, the alarms of the newest, and what could not be compared."""

    months: pd.DataFrame
    alarms: list[Alarm] = field(default_factory=list)
    notes: list[Phrase] = field(default_factory=list)


def watched_level(
    workspace: Path, panel: Panel, model: VersionedModel, *, limits: LevelLimits, smallest_group: int
) -> Compared:
    """Compare expected with observed resignations, of the centre and of each site that is large enough."""
    import pandas as pd

    from attrition.monitor.alarm import level_alarm
    from attrition.monitor.counts import CountModel, count_ranges, level_evidence
    from attrition.monitor.issued import CENTRE, level_months
    from attrition.monitor.sites import shown_sites

    months = issued_months(workspace, model.version)
    if not months:
        return Compared(pd.DataFrame(), notes=[_none_issued(model.version)])
    expected = pd.concat([Runs(workspace).read_month_table(month, "expected_leavers") for month in months])
    table = level_months(expected, panel.outcomes, known_at=pd.Timestamp(panel.data_ends))
    table = shown_sites(table, smallest_group=smallest_group)
    if table.empty:
        return Compared(table, notes=[_none_mature(len(months))])
    units = {
        "" if level == CENTRE else str(unit): part.reset_index(drop=True)
        for (level, unit), part in table.groupby(["level", "unit"], sort=True)
    }
    sites = [site for site in units if site and units[site]["expected"].mean() >= limits.smallest_expected]
    resignations, earlier = _calibrated_on(panel, model), _backtested(workspace)
    parts, alarms = [], []
    for site, part in units.items():
        if site and site not in sites:
            parts.append(part.assign(evidence=float("nan"), is_alarm=False))
            continue
        people = int((resignations["site"] == site).sum()) if site else len(resignations)
        steady = CountModel.calibrated_on(people, earlier=earlier)
        low, high = count_ranges(part["expected"].to_numpy(), steady)
        evidence = level_evidence(
            part["observed"].to_numpy(),
            part["expected"].to_numpy(),
            model=steady,
            months_between=limits.months_between_false_alarms * (len(sites) if site else 1),
        )
        parts.append(part.assign(low=low, high=high, evidence=evidence.ratios, is_alarm=evidence.is_alarm))
        if evidence.is_alarm[-1]:
            alarms.append(level_alarm(part, evidence, site=site))
    return Compared(pd.concat(parts, ignore_index=True), alarms)


def listed_months(workspace: Path, panel: Panel, model: VersionedModel, *, limits: LevelLimits) -> Compared:
    """Compare the share of resignations that the flagged held with the share that was expected of them."""
    import pandas as pd

    from attrition.monitor.alarm import list_alarm
    from attrition.monitor.flagged import flagged_months
    from attrition.monitor.listed import list_evidence

    empty = pd.DataFrame()
    if (mode := read_protection(workspace).mode) != "individual":
        return Compared(empty, notes=[_no_list(mode)])
    runs = Runs(workspace)
    months = [month for month in issued_months(workspace, model.version) if _has_scores(runs, month)]
    if not months:
        return Compared(empty)
    scores = pd.concat([runs.read_month_table(month, "scores") for month in months], ignore_index=True)
    flagged = _flagged(scores, model)
    table = flagged_months(
        flagged, panel.outcomes, runs.read_interventions(), flagged=flagged["is_flagged"],
        known_at=pd.Timestamp(panel.data_ends),
    )  # fmt: skip
    if table.empty or table["flagged"].sum() == 0:
        return Compared(empty)
    columns = (table[name].to_numpy(dtype=float) for name in ("flagged_resigned", "resigned", "expected_share"))
    evidence = list_evidence(*columns, months_between=limits.months_between_false_alarms)
    alarms = [list_alarm(table, evidence)] if evidence.is_alarm[-1] else []
    return Compared(table.assign(evidence=evidence.ratios, is_alarm=evidence.is_alarm), alarms)


def issued_months(workspace: Path, version: str) -> list[date]:
    """List the months that this version scored in their own time, oldest first, in whatever mode."""
    runs = Runs(workspace)
    folders = sorted(path.parent.name for path in runs.folder.glob("????-??-??/expected_leavers.parquet"))
    months = [date.fromisoformat(name) for name in folders]
    return [month for month in months if _scored_by(runs, month) == version]


def _scored_by(runs: Runs, month: date) -> str:
    """Return the version that scored a month; one of a mode without scores of persons names it by itself."""
    name = "scores" if _has_scores(runs, month) else "scored_by"
    return str(runs.read_month_table(month, name)["model_version"].iloc[0])


def _has_scores(runs: Runs, month: date) -> bool:
    return readable(runs.month(month) / "scores.parquet").exists()


def _flagged(scores: pd.DataFrame, model: VersionedModel) -> pd.DataFrame:
    """Return the scores of the shortest horizon, and whether each agent was flagged at the headline one."""
    from attrition.labels.outcomes import KEYS
    from attrition.model.metrics import flagged_count

    spec = model.fitted.spec
    headline = scores.loc[scores["horizon_months"] == spec.headline]
    ranked = headline[headline["rank"].notna()]
    most = ranked.groupby("as_of")["rank"].transform(lambda ranks: flagged_count(spec.capacity_share, len(ranks)))
    names = ranked.loc[ranked["rank"] <= most, KEYS].assign(is_flagged=True)
    shortest = scores[scores["horizon_months"] == scores["horizon_months"].min()]
    rows = shortest.merge(names, on=KEYS, how="left", validate="one_to_one")
    return rows.assign(is_flagged=rows["is_flagged"].notna())


def _calibrated_on(panel: Panel, model: VersionedModel) -> pd.DataFrame:
    """Return the people who resigned in the year before the model was fitted, as known then: they set its level."""
    import pandas as pd

    from attrition.labels.outcomes import VOLUNTARY

    outcomes, end = panel.outcomes, model.fitted.fitted_at
    is_before = (outcomes["exit_kind"] == VOLUNTARY) & (outcomes["known_on"] <= end)
    is_before &= outcomes["left_on"] > end - pd.DateOffset(months=CALIBRATION_MONTHS)
    return outcomes[is_before].drop_duplicates("agent_id", keep="last")


def _backtested(workspace: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Return observed and expected resignations of the backtest's months, one month ahead; None without a backtest."""
    import pandas as pd

    from attrition.labels.outcomes import KEYS, exit_within
    from attrition.steps.group_history import backtested_scores

    runs = Runs(workspace)
    if not runs.has_backtest():
        return None
    outcomes = runs.read_outcomes()
    scores = backtested_scores(runs, outcomes)
    one = scores.loc[scores["horizon_months"] == 1, [*KEYS, "risk"]]
    label = exit_within(outcomes, 1, known_at=pd.Timestamp(runs.panel_provenance()["data_ends"]))
    rows = one.merge(outcomes[KEYS].assign(resigned=label), on=KEYS).dropna(subset="resigned")
    months = rows.groupby("as_of")[["resigned", "risk"]].sum()
    return months["resigned"].to_numpy(), months["risk"].to_numpy()


def _none_issued(version: str) -> Phrase:
    return Phrase(
        "version {version}, which is in use, has scored no month yet: level and list are not watched",
        "在用版本 {version} 还没有为任何月份评分：暂不监测离职水平与名单",
        version=version,
    )


def _none_mature(months: int) -> Phrase:
    return Phrase(
        "none of the {months} months scored by the model in use has mature labels yet: level and list are not watched",
        "在用模型评分的 {months} 个月，标签均未成熟：暂不监测离职水平与名单",
        months=months,
    )


def _no_list(mode: str) -> Phrase:
    return Phrase(
        'the mode is "{mode}", so no list of people is kept, and its precision is not watched',
        "当前模式为“{mode}”，不保存人员名单，因此不监测名单的准确度",
        mode=mode,
    )
