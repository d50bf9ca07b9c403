"""Tell the declared recipients of alarms that they were not told of yet; without any data of a person."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.sources import Site
from attrition.runs import Runs
from attrition.steps.declarations import read_monitor_job
from attrition.steps.delivery.notice import Notice
from attrition.steps.watch_files import PAGE, mark_sent, read_watch, watch_folder

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.data.terms import Language
    from attrition.steps.delivery.deliver import Sender
    from attrition.steps.delivery.notice import Delivery

SUBJECTS = {"en": "attrition: {count} new alarms at {site}", "zh": "attrition：{site}有 {count} 条新报警"}
RETRAIN = {
    "en": "A retrain is proposed: attrition retrain",
    "zh": "建议重新训练：attrition retrain",
}


def send_alarms(workspace: Path, sender: Sender, *, progress: Progress) -> list[Delivery]:
    """Send the alarms of monitor.json that are new, in the site's language; what fails is sent at the next run.

    Parameters
    ----------
    workspace : Path
        With the products of `attrition monitor`.
    sender : Sender
        How notices leave this machine.
    progress : callable
        Called with what became of each message.
    """
    job, summary = read_monitor_job(workspace), read_watch(workspace) or {"alarms": [], "sent": []}
    new = [alarm for alarm in summary["alarms"] if alarm["key"] not in summary["sent"]]
    if not new or (job.email is None and not job.webhooks):
        return []
    link = job.link or str((watch_folder(workspace) / PAGE).resolve())
    site = Site.model_validate(Runs(workspace).panel_provenance()["site"])
    notice = alarm_notice(new, summary, site=site.name, language=site.reader_language, link=link)
    deliveries = sender.deliver(notice, email=job.email, webhooks=job.webhooks)
    for delivery in deliveries:
        progress(delivery.sentence)
    if all(delivery.is_delivered for delivery in deliveries):
        mark_sent(workspace, summary)
    return deliveries


def alarm_notice(
    new: list[dict[str, Any]], summary: Mapping[str, Any], *, site: str, language: Language, link: str
) -> Notice:
    """Return what is sent of new alarms.

    Examples
    --------
    >>> alarm = {"key": "inputs:pay", "kind": "inputs", "since": "2026-09", "en": "pay: moved", "zh": "薪酬：变化"}
    >>> summary = {"as_of": "2026-10-31", "version": "2", "retrain": {"is_proposed": True}}
    >>> print(alarm_notice([alarm], summary, site="Wuhan", language="zh", link="page").text)
    薪酬：变化
    建议重新训练：attrition retrain
    page
    """
    lines = [alarm[language] for alarm in new]
    if summary["retrain"]["is_proposed"]:
        lines.append(RETRAIN[language])
    content = {"as_of": summary["as_of"], "version": summary["version"], "alarms": new}
    subject = SUBJECTS[language].format(count=len(new), site=site)
    return Notice(subject=subject, lines=tuple(lines), link=link, content=content)
