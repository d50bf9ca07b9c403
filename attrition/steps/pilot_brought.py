"""A trial that was not designed here, brought into a workspace: arms kept, results read, lesson recorded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_folder
from attrition.declared import parse
from attrition.errors import UserError
from attrition.pilot.preregistration import DESIGN, FOLDER, checked_name
from attrition.steps.pilot_arms import TABLE, arms_from_file, arms_from_table
from attrition.steps.way_back import pseudonymised

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.pilot.brought import BroughtReading, Trial
    from attrition.pilot.lessons import Lesson
    from attrition.predict.intervention import Intervention
    from attrition.steps.pilot_arms import TrialRequest

TRIAL, ARMS = "trial.json", "arms.csv"


def is_brought(workspace: Path, name: str) -> bool:
    """Return whether a trial of that name was brought into the workspace."""
    return (workspace / FOLDER / checked_name(name) / TRIAL).exists()


def bring_trial(workspace: Path, request: TrialRequest) -> list[Path]:
    """Keep the arms of a trial, and read it; see `read_trial`.

    Raises
    ------
    UserError
        There is a pilot of that name, or the arms cannot be used.
    """
    from attrition.data.people_centre import open_people
    from attrition.pilot.brought import Trial
    from attrition.pilot.brought_arms import checked_arms

    folder = workspace / FOLDER / checked_name(request.name)
    if (folder / DESIGN).exists():
        raise UserError(
            "{name} was designed here, and its arms are sealed: `attrition pilot read {name}`", name=request.name
        )
    if folder.exists():
        raise UserError(
            "{folder} is there already; to bring the trial again, delete that folder first",
            folder=f"{FOLDER}/{request.name}",
        )
    centre = open_people(workspace)
    rows, left_out = arms_from_file(request) if request.file is not None else (arms_from_table(centre, request), ())
    source = request.file.name if request.file is not None else TABLE
    arms = (
        pseudonymised(workspace, checked_arms(rows, source=source))
        if request.file
        else checked_arms(rows, source=source)
    )
    text = arms.to_csv(index=False, lineterminator="\n")
    trial = Trial(
        name=request.name,
        intervention=request.intervention,
        start=request.start,
        months=request.months,
        randomised_by=(request.randomised_by or "").strip() or None,
        source=source,
        left_out=left_out,
        arms_sha256=_sha256(text),
    )
    results = _results(workspace, centre, trial, arms)  # nothing is kept of a trial that cannot be read
    with atomic_folder(folder) as part:
        (part / ARMS).write_text("\ufeff" + text, encoding="utf-8", newline="")
        content = json.dumps(trial.model_dump(mode="json"), ensure_ascii=False, indent=1)
        (part / TRIAL).write_text(content + "\n", encoding="utf-8")
    return _write(workspace, trial, results)


def read_trial(workspace: Path, name: str, *, as_of: date | None = None) -> list[Path]:
    """Read a trial that was brought, by the exits that are on file now; at its end its lesson is recorded.

    Returns
    -------
    list of Path
        ``reading.json``, the pages, and ``pilots/learned.toml`` where the playbook learns from it.

    Raises
    ------
    UserError
        Its files were changed, or a month to look back from is named.
    """
    import pandas as pd

    from attrition.data.people_centre import open_people
    from attrition.pilot.brought import Trial

    if as_of is not None:
        raise UserError(
            "{name} was brought from elsewhere and is read by all exits on file: leave --as-of out", name=name
        )
    folder = workspace / FOLDER / name
    try:
        content = json.loads((folder / TRIAL).read_text(encoding="utf-8"))
        trial = parse(content, Trial, where=str(folder / TRIAL))
        text = (folder / ARMS).read_bytes().decode("utf-8-sig")
    except (OSError, ValueError):
        raise UserError("{folder} was changed or is incomplete; bring the trial again", folder=folder) from None
    if _sha256(text) != trial.arms_sha256:
        raise UserError("{file} was changed after the trial was brought; bring the trial again", file=folder / ARMS)
    arms = pd.read_csv(folder / ARMS, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return _write(workspace, trial, _results(workspace, open_people(workspace), trial, arms))


@dataclass(frozen=True)
class _Results:
    """The reading of a trial, the last day of the data, its lesson, and the intervention if the playbook holds it."""

    reading: BroughtReading
    ends: date
    lesson: Lesson | None
    item: Intervention | None


def _results(workspace: Path, centre: Centre, trial: Trial, arms: pd.DataFrame) -> _Results:
    import pandas as pd

    from attrition.features.registry import declared_features
    from attrition.labels.maturity import recorded_to, with_observation
    from attrition.labels.spells import read_spells
    from attrition.pilot.brought import read_brought
    from attrition.pilot.brought_arms import with_baseline
    from attrition.pilot.power import diluted_ratio
    from attrition.predict.playbook import DO_NOTHING
    from attrition.steps.declarations import declared_playbook
    from attrition.steps.panel_families import families_of

    begins, ends = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    if pd.Timestamp(trial.start) < begins:
        raise UserError(
            "the trial began on {start}, and exits are on file from {begins} only; who left before is not known",
            start=trial.start,
            begins=centre.extent.begins,
        )
    spells = with_observation(read_spells(centre.tables, data_start=begins, data_end=ends), centre.extent, centre.gone)
    book = declared_playbook(workspace, tuple(declared_features(families_of(centre)).values()))
    by_id = {item.id: item for item in book.interventions if item.id != DO_NOTHING}
    item = by_id.get(trial.intervention)
    hoped = 1.0
    if item is not None:
        ratio = item.evidence.hazard_ratio
        hoped = diluted_ratio(ratio, months=trial.months, months_to_effect=item.months_to_effect)
    columns = [str(name) for name in arms if name not in ("agent_id", "arm", "stratum")]
    last_day = min(recorded_to(spells, ends), pd.Timestamp(centre.extent.complete_everywhere_to))
    reading = read_brought(trial, with_baseline(arms, columns), spells, recorded_to=last_day, hoped=hoped)
    return _Results(reading, centre.data_ends, _lesson(workspace, reading, item, centre.data_ends), item)


def _lesson(workspace: Path, reading: BroughtReading, item: Intervention | None, ends: date) -> Lesson | None:
    """Return what the playbook learns; nothing before the end, without randomisation, or of an unknown kind."""
    from attrition.pilot.lessons import Lesson, full_effect, posterior, read_history
    from attrition.steps.pilot_files import prior_effect

    trial = reading.trial
    if item is None or not trial.randomised_by or not reading.is_over:
        return None
    estimate = full_effect(reading.ratio, months=trial.months, months_to_effect=item.months_to_effect)
    if estimate is None:
        return None
    earlier = read_history(workspace).before_pilot(trial.name).lessons_about(item.id)
    before = posterior(prior_effect(item), [lesson.estimate for lesson in earlier])
    return Lesson(
        pilot=trial.name,
        intervention=item.id,
        read_as_of=ends,
        grade=trial.grade,
        estimate=estimate,
        prior=before,
        posterior=posterior(before, [estimate]),
    )


def _write(workspace: Path, trial: Trial, results: _Results) -> list[Path]:
    from attrition.pilot.brought_page import brought_pages
    from attrition.pilot.lessons import read_history, write_history
    from attrition.steps.pilot_files import write_json, write_pages

    item, reading = results.item, results.reading
    names = {"en": item.en, "zh": item.zh} if item is not None else None
    folder = workspace / FOLDER / trial.name / f"read-{results.ends:%Y-%m-%d}"
    with atomic_folder(folder) as part:
        write_json(part / "reading.json", _content(results))
        reading.curves.to_csv(part / "survival.csv", index=False)
        write_pages(part, "reading", brought_pages(reading, results.lesson, names), workspace=workspace)
    products = [folder / "reading.json", folder / "reading.en.md", folder / "reading.zh.md"]
    if results.lesson is not None:
        products.append(write_history(workspace, read_history(workspace).with_lesson(results.lesson)))
    return products


def _content(results: _Results) -> dict[str, Any]:
    """Return a reading as plain values."""
    from attrition.pilot.brought_page import brought_line

    reading, is_known = results.reading, results.item is not None
    verdict = reading.verdict
    return {
        "said": brought_line(reading, is_known=is_known),
        "said_zh": brought_line(reading, is_known=is_known, lang="zh"),
        **reading.trial.model_dump(mode="json"),
        "pilot": reading.trial.name,
        "grade": reading.trial.grade,
        "verdict": verdict.conclusion if verdict is not None else None,
        "comparable": reading.comparison.grade if reading.comparison is not None else None,
        "in_playbook": is_known,
        "read_as_of": f"{results.ends}",
        "months_seen": reading.months,
        "not_counted": reading.not_counted,
        "arms": reading.arms.to_dict("records"),
        "balance": reading.balance.to_dict("records"),
        "hazard_ratio": asdict(reading.ratio),
        "risk_difference": asdict(reading.difference),
        "adjusted_difference": asdict(reading.adjusted),
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
