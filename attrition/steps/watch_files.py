"""The products of `attrition monitor`, written as one folder: monitor.json for programs, tables, and a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.products import read_json
from attrition.data.sources import Site
from attrition.data.swap import readable
from attrition.report.alarm_sentences import alarm_sentence
from attrition.runs import Runs
from attrition.steps.declarations import read_monitor_job, read_monthly_job
from attrition.steps.mode import read_mode

if TYPE_CHECKING:
    from attrition.data.phrase import Phrase
    from attrition.data.terms import Language
    from attrition.model.panel import Panel
    from attrition.monitor.alarm import Alarm
    from attrition.monitor.watch import Watch

PAGE = "monitor.html"
FORMAT = 1
"""Number of the form of monitor.json; it rises with every change of a key in it."""


def watch_folder(workspace: Path) -> Path:
    """Return the folder of the products of `attrition monitor`."""
    return Runs(workspace).folder / "monitor"


def write_watch(workspace: Path, watch: Watch, panel: Panel) -> list[Path]:
    """Write all products, or none, and return their paths: ``monitor.json`` first.

    Which alarms were sent before is kept, as long as they stand.
    """
    from attrition.report.monitor_page import MonitorInputs, monitor_page

    folder, before = watch_folder(workspace), read_watch(workspace)
    smallest_group, job = read_monthly_job(workspace).smallest_group, read_monitor_job(workspace)
    summary = watch_summary(watch, smallest_group=smallest_group)
    sent = before["sent"] if before and before["version"] == watch.version else []
    summary["sent"] = sorted({alarm["key"] for alarm in summary["alarms"]} & set(sent))
    with atomic_folder(folder) as part:
        text = json.dumps(summary, ensure_ascii=False, indent=1)
        (part / "monitor.json").write_text(text, encoding="utf-8", newline="\n")
        for name, table in watch.tables.items():
            table.to_parquet(part / f"{name}.parquet", index=False)
        inputs = MonitorInputs(
            site=panel.provenance["site"]["name"],
            mode=read_mode(workspace),
            watch=watch,
            features=panel.features,
            smallest_group=smallest_group,
            months_between=job.level.months_between_false_alarms,
            moved_share=job.inputs.moved_share,
        )
        language = Site.model_validate(panel.provenance["site"]).reader_language
        other: Language = "en" if language == "zh" else "zh"
        other_page = f"monitor.{other}.html"
        pages = {PAGE: (language, other_page), other_page: (other, PAGE)}
        for name, (lang, link) in pages.items():
            page = monitor_page(inputs, lang, other=link)
            (part / name).write_text(page, encoding="utf-8", newline="\n")
    return [folder / "monitor.json", folder / PAGE]


def mark_sent(workspace: Path, summary: Mapping[str, Any]) -> None:
    """Record that everything that is an alarm now was sent, so that it is not sent again while it stands."""
    marked = dict(summary) | {"sent": sorted(alarm["key"] for alarm in summary["alarms"])}
    with atomic_file(watch_folder(workspace) / "monitor.json") as path:
        path.write_text(json.dumps(marked, ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")


def read_watch(workspace: Path) -> Mapping[str, Any] | None:
    """Read the summary of the last run; None where there is none, or one in the form of another version."""
    path = readable(watch_folder(workspace) / "monitor.json")
    summary = read_json(path, remedy="`attrition monitor`") if path.exists() else {}
    return summary if summary.get("format") == FORMAT else None


def watch_summary(watch: Watch, *, smallest_group: int) -> dict[str, Any]:
    """Return what programs read: alarms with their sentences, the advice, and how much was watched."""
    retrain = watch.retrain
    return {
        "format": FORMAT,
        "as_of": f"{watch.as_of:%Y-%m-%d}",
        "version": watch.version,
        "fitted_at": f"{watch.fitted_at:%Y-%m-%d}",
        "alarms": [_alarm(alarm, alarm_sentence(alarm, smallest_group=smallest_group)) for alarm in watch.alarms],
        "retrain": {
            "is_warranted": retrain.is_warranted,
            "is_proposed": retrain.is_proposed,
            "months": retrain.months,
            "resignations": retrain.resignations if retrain.resignations >= smallest_group else None,
            "needed_months": retrain.needed_months,
            "needed_resignations": retrain.needed_resignations,
        },
        "watched": _watched(watch),
        "notes": [_both(note) for note in watch.notes],
    }


def _watched(watch: Watch) -> dict[str, int]:
    """Return how much was watched, in counts of months, features and groups."""
    return {
        "features": int(watch.inputs["feature"].nunique()) if len(watch.inputs) else 0,
        "families": int(watch.families["family"].nunique()) if len(watch.families) else 0,
        "input_months": int(watch.inputs["as_of"].nunique()) if len(watch.inputs) else 0,
        "level_months": int((watch.level["level"] == "centre").sum()) if len(watch.level) else 0,
        "sites": int(watch.level.loc[watch.level["evidence"].notna(), "unit"].nunique() - 1) if len(watch.level) else 0,
        "list_months": len(watch.listed),
    }


def _alarm(alarm: Alarm, sentence: Phrase) -> dict[str, Any]:
    about = {"key": alarm.key, "kind": alarm.kind, "subject": alarm.subject, "since": f"{alarm.since:%Y-%m}"}
    return about | _both(sentence) | {"what_to_do": f"runs/monitor/{PAGE}#{alarm.kind}"}


def _both(sentence: Phrase) -> dict[str, str]:
    return {"en": str(sentence), "zh": sentence.zh}
