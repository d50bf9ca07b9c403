"""What a person reads about models: criteria of a version, a search for settings, versions, decisions, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrition.terminal.console import section

if TYPE_CHECKING:
    from attrition.model.aliases import AliasChange
    from attrition.steps.comparison import Comparison
    from attrition.steps.versions import VersionList


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
    lines = [f"  {_status(check):<7}  {check['name']}: {check['finding']}" for check in checks]
    end = {
        "champion": "it passed and is the champion now",
        "provisional": "not everything could be shown: it is the provisional model now",
        "challenger": "it failed and is kept out",
    }[verdict["alias"]]
    if verdict["alias"] == "challenger" and all(check["passed"] for check in checks):
        end = "it passed, but another version became champion meanwhile; `attrition models list` says which"
    forms = [_form_line(rung) for rung in verdict["rungs"]]
    examined = ["forms of model, the richest first", *forms] if len(forms) > 1 else []
    return [*examined, f"version {verdict['version']} and the promotion criteria", *lines, end]


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
    changes = "; ".join(f"{name} {declared[name]:g} -> {value:g}" for name, value in verdict["changed"].items())
    searched = _span(months["searched"])
    lines = [f"{verdict['trials']} trials in {verdict['minutes']:.1f} minutes, evaluated on {searched}"]
    if not verdict["changed"]:
        return [*lines, "the declared settings stay: no trial was better"]
    lines.append(f"  log loss  {loss['default']:.5f} as declared, {loss['best']:.5f} for the best, with {changes}")
    lines.append(f"both evaluated on {_span(months['judged'])}, which the search did not use")
    lines += [_gain(figure) for figure in verdict["gain"]]
    kept = "the declared settings stay: the best are not better beyond noise"
    return [*lines, "better beyond noise: proposed; models/ is unchanged" if verdict["is_proposed"] else kept]


def version_lines(listed: VersionList) -> list[str]:
    """Return lines on every registered version and, below, on every decision about them, newest first."""
    if not listed.versions:
        return ["no version is registered yet; `attrition retrain` makes one"]
    head = f"{'version':<9}{'fitted at':<12}{'evaluated on':<20}{'criteria':<24}alias"
    lines = [
        f"{version.number:<9}{version.tags.get('fitted_at', ''):<12}{version.tags.get('holdout_months', ''):<20}"
        f"{_criteria(version.tags):<24}{', '.join(version.aliases)}".rstrip()
        for version in reversed(listed.versions)
    ]
    return [
        head,
        *lines,
        *section("decisions, newest first", [change_line(change) for change in reversed(listed.decisions)]),
    ]


def change_line(change: AliasChange) -> str:
    """Return one decision as a line.

    Examples
    --------
    >>> from attrition.model.aliases import AliasChange
    >>> when, why = "2026-11-02T09:00:00+00:00", "new pay scheme"
    >>> change_line(AliasChange("promoted", "4", when, "Li Na", why, ("golden rows",)))
    '2026-11-02 09:00 UTC  promoted version 4  by Li Na: new pay scheme (although it failed: golden rows)'
    """
    despite = f" (although it failed: {'; '.join(change.despite)})" if change.despite else ""
    when = f"{change.on[:10]} {change.on[11:16]} UTC"
    return f"{when}  {change.what} version {change.version}  by {change.by}: {change.why}{despite}"


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return lines that show two versions side by side."""
    width = 4 + max(len(first) for _, first, _ in [*comparison.facts, *comparison.figures])
    head = f"{'':<36}{'version ' + comparison.versions[0]:<{width}}version {comparison.versions[1]}"
    lines = [f"{what:<36}{first:<{width}}{second}" for what, first, second in [*comparison.facts, *comparison.figures]]
    evaluated = {what: (first, second) for what, first, second in comparison.facts}["evaluated on"]
    warning = ["they were evaluated on different months, which may explain a difference"]
    agreement = comparison.agreement
    lists = (
        [
            f"on the newest month {agreement.overlap:.0%} of {agreement.listed} on the list are on both; "
            f"ranks correlate by {agreement.rank_correlation:.2f}"
        ]
        if agreement
        else ["their lists were not compared: there is no panel that both can score"]
    )
    return [head, *lines, "", *(warning if evaluated[0] != evaluated[1] else []), *lists]


def _form_line(rung: Mapping[str, Any]) -> str:
    """Return which form of model was chosen or left, and what it did not pass; the card says by how much."""
    why = f"not passed: {'; '.join(rung['not_passed'])}" if rung["not_passed"] else rung["why"]
    return f"  {'chosen' if rung['chosen'] else 'left':<7}  {rung['en']}: {why}"


def _status(check: Mapping[str, Any]) -> str:
    """Return whether a check of a verdict was passed, failed or had too few people; old verdicts know only two."""
    return "passed" if check["passed"] else "too few" if check.get("too_few") else "failed"


def _criteria(tags: Mapping[str, str]) -> str:
    from attrition.model.aliases import FAILED_TAG, PASSED_TAG

    if PASSED_TAG not in tags:
        return "never evaluated"
    failed = [name for name in tags.get(FAILED_TAG, "").split("; ") if name]
    return "passed" if not failed else failed[0] if len(failed) == 1 else f"failed {len(failed)} checks"


def _span(months: Sequence[str]) -> str:
    return f"{months[0]} to {months[-1]}"


def _gain(figure: Mapping[str, Any]) -> str:
    name = {"log_loss": "log loss", "auc": "AUC"}[figure["metric"]]
    interval = f"95 %: {figure['low']:+.5f} to {figure['high']:+.5f}"
    default, best = f"{figure['default']:.5f} as declared", f"{figure['found']:.5f} for the best"
    return f"  {name:<9} {default}, {best}: gain {figure['gain']:+.5f} ({interval})"
