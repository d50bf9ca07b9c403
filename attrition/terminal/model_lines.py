"""What a person reads about models: criteria of a version, a search for settings, versions, decisions, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrition.data.phrase import Phrase
from attrition.message import Message, joined, padded, recognised
from attrition.model.registry_records import FAILED_TAG, FILES_TAG, PASSED_TAG
from attrition.report.translations import translations
from attrition.terminal.console import section

if TYPE_CHECKING:
    from attrition.model.registry_records import AliasChange
    from attrition.steps.comparison import Comparison
    from attrition.steps.versions import VersionList


HEADINGS = {
    "version": Message("version"),
    "fitted at": Message("fitted at"),
    "evaluated on": Message("evaluated on"),
    "criteria": Message("criteria"),
    "alias": Message("alias"),
}
WIDTHS = (9, 12, 20, 24)
"""Of the columns of the table of versions; the last one has none."""
ALIASES = {
    "champion": Message("champion"),
    "provisional": Message("provisional"),
    "challenger": Message("challenger"),
    "previous": Message("previous"),
}
DECISIONS = {
    "promoted": Message("promoted"),
    "made provisional": Message("made provisional"),
    "rolled back to": Message("rolled back to"),
    "kept out": Message("kept out"),
}
REASONS = (
    Message("passed all {count} promotion criteria"),
    Message("failed: {criteria}"),
    Message("no champion can score, and nothing refutes it; not shown: {criteria}"),
)
"""Of decisions that `attrition retrain` takes by itself, as the registry holds them."""


def verdict_lines(verdict: Mapping[str, Any]) -> list[str]:
    """Return lines on which promotion criteria a model passed, and whether it scores.

    Examples
    --------
    >>> checks = [{"name": "calibration error", "passed": False, "finding": "0.021; at most 0.015"}]
    >>> checks += [{"name": "calibration slope", "passed": False, "finding": "1.4 of 6 people", "too_few": True}]
    >>> for line in verdict_lines({"version": "3", "alias": "challenger", "checks": checks, "rungs": []}):
    ...     print(line)
    version 3 and the promotion criteria
      failed   calibration error: 0.021; at most 0.015
      too few  calibration slope: 1.4 of 6 people
    it failed and is kept out
    """
    checks = verdict["checks"]
    end = {
        "champion": Message("it passed and is the champion now"),
        "provisional": Message("not everything could be shown: it is the provisional model now"),
        "challenger": Message("it failed and is kept out"),
    }[verdict["alias"]]
    if verdict["alias"] == "challenger" and all(check["passed"] for check in checks):
        end = Message("it passed, but another version became champion meanwhile; `attrition models list` says which")
    forms = [_form_line(rung) for rung in verdict["rungs"]]
    examined = [Message("forms of model, the richest first"), *forms] if len(forms) > 1 else []
    title = Message("version {version} and the promotion criteria", version=verdict["version"])
    return [*examined, title, *map(_check_line, checks), end]


def search_lines(verdict: Mapping[str, Any]) -> list[str]:
    """Return lines on the best settings of a search, their gain on later months, and whether they are proposed.

    Examples
    --------
    >>> gain = {"metric": "log_loss", "default": 0.2731, "found": 0.2729, "gain": 0.0002}
    >>> gain |= {"low": -0.0003, "high": 0.0007}
    >>> months = {"searched": ["2025-01", "2025-03"], "judged": ["2025-07", "2025-09"]}
    >>> verdict = {"trials": 30, "minutes": 6.0, "months": months, "log_loss": {"default": 0.2810, "best": 0.2790},
    ...            "default": {"depth": 3}, "changed": {"depth": 4}, "gain": [gain], "is_proposed": False}
    >>> for line in search_lines(verdict):
    ...     print(line)
    30 trials in 6.0 minutes, evaluated on 2025-01 to 2025-03
      log loss  0.28100 as declared, 0.27900 for the best, with depth 3 -> 4
    both evaluated on 2025-07 to 2025-09, which the search did not use
      log loss  0.27310 as declared, 0.27290 for the best: gain +0.00020 (95 %: -0.00030 to +0.00070)
    the declared settings stay: the best are not better beyond noise
    """
    months, loss, declared = verdict["months"], verdict["log_loss"], verdict["default"]
    changes = (f"{name} {declared[name]:g} -> {value:g}" for name, value in verdict["changed"].items())
    lines: list[str] = [
        Message(
            "{trials} trials in {minutes:.1f} minutes, evaluated on {months}",
            trials=verdict["trials"],
            minutes=verdict["minutes"],
            months=_span(months["searched"]),
        )
    ]
    if not verdict["changed"]:
        return [*lines, Message("the declared settings stay: no trial was better")]
    lines.append(
        Message(
            "  log loss  {default:.5f} as declared, {best:.5f} for the best, with {changes}",
            default=loss["default"],
            best=loss["best"],
            changes=joined("; ", changes),
        )
    )
    lines.append(Message("both evaluated on {months}, which the search did not use", months=_span(months["judged"])))
    lines += [_gain(figure) for figure in verdict["gain"]]
    kept = Message("the declared settings stay: the best are not better beyond noise")
    proposed = Message("better beyond noise: proposed; models/ is unchanged")
    return [*lines, proposed if verdict["is_proposed"] else kept]


def version_lines(listed: VersionList) -> list[str]:
    """Return lines on every registered version and, below, on every decision about them, newest first."""
    remark = [listed.remark, ""] if listed.remark else []
    if not listed.versions:
        return [*remark, Message("no version is registered yet")]
    names = ("version", "fitted at", "evaluated on", "criteria", "alias")
    rows = [
        (
            version.number,
            version.tags.get("fitted_at", ""),
            _stored_span(version.tags.get("holdout_months", "")),
            _criteria(version.tags),
            joined(", ", map(_alias, version.aliases)),
        )
        for version in reversed(listed.versions)
    ]
    return [
        *remark,
        *(_table_row(row) for row in (tuple(map(_heading, names)), *rows)),
        *_unanchored(listed),
        *section(Message("decisions, newest first"), [change_line(change) for change in reversed(listed.decisions)]),
    ]


def _unanchored(listed: VersionList) -> list[str]:
    """Return a line on versions of which the registry holds no hashes, since an earlier attrition registered them."""
    numbers = [version.number for version in listed.versions if FILES_TAG not in version.tags]
    if not numbers:
        return []
    return [
        "",
        Message(
            "the registry holds no hashes of the files of {versions}, registered by an earlier attrition: a change of "
            "files and their own hashes together would not be seen until a promotion or `attrition models sign`",
            versions=joined(", ", numbers),
        ),
    ]


def change_line(change: AliasChange) -> str:
    """Return one decision as a line.

    Examples
    --------
    >>> from attrition.model.registry_records import AliasChange
    >>> when, why = "2026-11-02T09:00:00+00:00", "new pay scheme"
    >>> change_line(AliasChange("promoted", "4", when, "Li Na", why, ("golden rows",)))
    '2026-11-02 09:00 UTC  promoted version 4  by Li Na: new pay scheme (although it failed: golden rows)'
    """
    despite = Message("")
    if change.despite:
        despite = Message(" (although it failed: {criteria})", criteria=joined("; ", map(criterion, change.despite)))
    return Message(
        "{when}  {what} version {version}  by {who}: {why}{despite}",
        when=f"{change.on[:10]} {change.on[11:16]} UTC",
        what=DECISIONS.get(change.what, change.what),
        version=change.version,
        who=change.by,
        why=_reason(change.why),
        despite=despite,
    )


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return lines that show two versions side by side."""
    width = 4 + max(len(first) for _, first, _ in [*comparison.facts, *comparison.figures])
    one, other = (Message("version {version}", version=version) for version in comparison.versions)
    lines = [
        joined("", (padded(what, 36), padded(first, width), second))
        for what, first, second in [("", one, other), *comparison.facts, *comparison.figures]
    ]
    evaluated = {what: (first, second) for what, first, second in comparison.facts}["evaluated on"]
    warning = [Message("they were evaluated on different months, which may explain a difference")]
    lists = Message("their lists were not compared: there is no panel that both can score")
    if agreement := comparison.agreement:
        lists = Message(
            "on the newest month {overlap:.0%} of {listed} on the list are on both; ranks correlate by {ranks:.2f}",
            overlap=agreement.overlap,
            listed=agreement.listed,
            ranks=agreement.rank_correlation,
        )
    return [*lines, "", *(warning if evaluated[0] != evaluated[1] else []), lists]


def criterion(name: str) -> Phrase:
    """Return a promotion criterion as people read it; in Chinese with the English name, which `--despite` needs.

    Examples
    --------
    >>> criterion("calibration error").zh
    '校准误差（calibration error）'
    """
    return Phrase(name, f"{translations('zh').name('check.name', name)}（{name}）")


def _check_line(check: Mapping[str, Any]) -> Message:
    finding = Phrase(check["finding"], check.get("finding_zh") or check["finding"])
    result = Message("{criterion}: {finding}", criterion=criterion(check["name"]), finding=finding)
    return joined("", ("  ", padded(_status(check), 7), "  ", result))


def _table_row(cells: Sequence[str]) -> Message:
    """Return a row of the table of versions; the last cell that holds anything is not filled up."""
    last = max((number for number, cell in enumerate(cells) if cell), default=0)
    return joined("", (*map(padded, cells[:last], WIDTHS), cells[last]))


def _heading(name: str) -> Message:
    return HEADINGS[name]


def _alias(name: str) -> Message:
    return ALIASES.get(name, Message(name))


def _reason(why: str) -> Message:
    """Return the reason of a decision: in the words of whoever decided, or the sentence of an automatic one."""
    reason = recognised(why, REASONS)
    names = {name: joined("; ", map(criterion, value.split("; "))) for name, value in reason.values.items()}
    return Message(reason.template, **{"count": reason.values["count"]} if "count" in reason.values else names)


def _form_line(rung: Mapping[str, Any]) -> Message:
    """Return which form of model was chosen or left, and what it did not pass; the card says by how much."""
    why: Message = Phrase(rung["why"], rung["why_zh"])
    if rung["not_passed"]:
        why = Message("not passed: {criteria}", criteria=joined("; ", map(criterion, rung["not_passed"])))
    state = Message("chosen") if rung["chosen"] else Message("left")
    line = Message("{form}: {why}", form=Phrase(rung["en"], rung["zh"]), why=why)
    return joined("", ("  ", padded(state, 7), "  ", line))


def _status(check: Mapping[str, Any]) -> Message:
    """Return whether a check of a verdict was passed, failed or had too few people; old verdicts know only two."""
    if check["passed"]:
        return Message("passed")
    return Message("too few") if check.get("too_few") else Message("failed")


def _criteria(tags: Mapping[str, str]) -> Message:
    if PASSED_TAG not in tags:
        return Message("never evaluated")
    failed = [name for name in tags.get(FAILED_TAG, "").split("; ") if name]
    if not failed:
        return Message("passed")
    if len(failed) == 1:
        return Phrase(failed[0], translations("zh").name("check.name", failed[0]))
    return Message("failed {checks} checks", checks=len(failed))


def _span(months: Sequence[str]) -> Message:
    return Message("{first} to {last}", first=months[0], last=months[-1])


def _stored_span(text: str) -> Message:
    """Return the months of a tag of a version, such as "2025-01 to 2025-06"."""
    return recognised(text, (Message("{first} to {last}"),))


def _gain(figure: Mapping[str, Any]) -> Message:
    name = {"log_loss": "log loss", "auc": "AUC"}[figure["metric"]]
    return Message(
        "  {name:<9} {default:.5f} as declared, {best:.5f} for the best: gain {gain:+.5f} "
        "(95 %: {low:+.5f} to {high:+.5f})",
        name=name,
        default=figure["default"],
        best=figure["found"],
        gain=figure["gain"],
        low=figure["low"],
        high=figure["high"],
    )
