"""The model in use of a workspace, what is to be said of it, and the one rule of which months a model may score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.people.protection import stricter
from attrition.data.phrase import Phrase
from attrition.data.progress import Progress, silent
from attrition.data.terms import LANGUAGES
from attrition.errors import MissingProduct, UserError
from attrition.message import Message, joined
from attrition.model import aliases
from attrition.model.anchor import anchored_files
from attrition.model.card_files import card_files
from attrition.model.check import check_name
from attrition.model.provisional import NOTHING_TO_SAY, Caveat, caveat
from attrition.runs import Runs
from attrition.steps.mode import read_mode
from attrition.steps.next_step import next_step, read_state
from attrition.steps.versions import failed_checks, find_version, outage_sentence, promotion_command

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.model.spec import Spec


@dataclass(frozen=True, eq=False)
class VersionedModel:
    """A fitted model, the version under which its scores are kept, and what could not be shown of it."""

    fitted: FittedRisk
    version: str
    caveat: Caveat = NOTHING_TO_SAY


def load_model_in_use(workspace: Path, *, as_of: date | None = None, progress: Progress = silent) -> VersionedModel:
    """Load the registered model that scores: the champion, else the provisional version.

    Parameters
    ----------
    workspace : Path
        Whose registry is read.
    as_of : date, optional
        The month-end that is going to be scored, explained by what-if, or planned for; refused where the model learned
        from what came after it.
    progress : callable
        Told where the MLflow server does not answer, and of a version whose files are not anchored in the registry.

    Raises
    ------
    MissingProduct
        No version was registered.
    UserError
        No version is in use, or it was fitted after the month.
    AttritionError
        Its files are gone, were changed, lie outside the workspace, do not load, or answer golden rows differently.
    """
    from attrition.model.registered import load_registered

    version = aliases.version_in_use(workspace)
    if remark := outage_sentence(aliases.read_state(workspace)):
        progress(remark)
    if version is None:
        raise _no_model_in_use(workspace)
    fitted = load_registered(workspace, version)
    fitted = replace(fitted, mode=stricter(fitted.mode, read_mode(workspace)))
    model = VersionedModel(fitted, version, caveat_of(workspace, version))
    if as_of is not None:
        refuse_hindsight(model, as_of)
    if anchored_files(workspace, version) is None:
        progress(
            Message(
                "version {version} was registered before hashes of its files were kept in the registry; a promotion or "
                "`attrition models sign` adds them",
                version=version,
            )
        )
    return model


def caveat_of(workspace: Path, version: str) -> Caveat:
    """Return what could not be shown of a registered version.

    Raises
    ------
    UserError
        It is provisional, and its verdict is lost or in the form of another version of attrition.
    """
    from attrition.model.check import Check

    is_provisional = aliases.is_provisional(workspace, version)
    try:
        verdict = Runs(workspace).read_verdict(version)
    except UserError:
        if is_provisional:
            raise
        return NOTHING_TO_SAY
    return caveat(
        [Check(**check) for check in verdict["checks"]],
        resignations=verdict["resignations"],
        orders_people=verdict["orders_people"],
        is_provisional=is_provisional,
    )


def caveat_in_use(workspace: Path) -> Caveat:
    """Return what could not be shown of the model in use; nothing where no model is."""
    version = aliases.version_in_use(workspace)
    return NOTHING_TO_SAY if version is None else caveat_of(workspace, version)


def read_recipe(workspace: Path) -> Spec:
    """Read the declared specification, in the form of the model in use where there is one that can be read."""
    from attrition.model.persistence import UnknownFormat, read_description
    from attrition.model.registered import folder_to_read
    from attrition.model.rungs import spec_of_rung
    from attrition.steps.declarations import read_spec

    spec, version = read_spec(workspace), aliases.version_in_use(workspace)
    if version is None:
        return spec
    try:
        in_use = read_description(folder_to_read(workspace, version))["spec"]
        return spec_of_rung(spec, in_use.get("rung", spec.rung))
    except UnknownFormat:
        return spec


def refuse_hindsight(model: VersionedModel, as_of: date) -> None:
    """Refuse to score a past month by a model that learned from what came after it.

    Raises
    ------
    UserError
        The model was fitted after the month.
    """
    if model.fitted.fitted_at.date() > as_of:
        raise UserError(
            "version {version} learned from data up to {fitted_at:%Y-%m-%d}, after {as_of:%Y-%m}; for "
            "that month as it would have been known then: attrition monthly --from {as_of:%Y-%m} --to "
            "{as_of:%Y-%m}",
            version=model.version,
            fitted_at=model.fitted.fitted_at,
            as_of=as_of,
        )


def _no_model_in_use(workspace: Path) -> UserError:
    """Return the error that says what to do: train a first version, or look at why the newest was kept out."""
    versions = aliases.registered_versions(workspace)
    if not versions:
        if Runs(workspace).panel_provenance() and (state := read_state(workspace)).has_too_few_months:
            return UserError(next_step(state))
        return MissingProduct("a model", "attrition retrain")
    newest = find_version(workspace, versions[-1].number)
    return UserError(
        "no model is in use: version {version}, the newest, failed {failed}. {card} shows by "
        "how much; somebody who knows why may use it all the same: `{command}`",
        version=newest.number,
        failed=joined("; ", map(check_name, failed_checks(newest))),
        card=_card_page(workspace, newest.number),
        command=promotion_command(newest),
    )


def _card_page(workspace: Path, version: str) -> Phrase:
    """Return the page of a version's card in each language; a version of before has an English one alone."""
    folder = Runs(workspace).card(version)
    (_, english), (_, chinese) = (card_files(folder, language) for language in LANGUAGES)
    pages = (english, chinese if chinese.exists() else english)
    return Phrase(*(page.relative_to(workspace).as_posix() for page in pages))
