"""For each promotion criterion, a function that changes a good candidate or incumbent so that it fails this one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from scipy.special import expit, logit

from attrition.labels.outcomes import KEYS
from attrition.model import aliases
from attrition.model.file_hashes import HASHES, as_text, hash_files
from attrition.model.golden import GOLDEN
from attrition.model.null_checks import NullCheck
from attrition.model.persistence import save_fitted
from attrition.model.promotion_criteria import Candidate, Incumbent
from attrition.model.registered import model_root
from attrition.model.registry_records import FILES_TAG
from attrition.model.risk import fit
from tests.model.conftest import SimulatedCentre
from tests.model.test_persistence import written_by_another_attrition

Broken = tuple[Candidate, Incumbent | None]


def with_evaluation(candidate, **fields):
    """Return the candidate with other fields of its evaluation."""
    return replace(candidate, evaluation=replace(candidate.evaluation, **fields))


def with_risk(candidate, change):
    """Return the candidate with the risks that `change` computes from its scores."""
    backtest = candidate.evaluation.backtest
    return with_evaluation(
        candidate, backtest=replace(backtest, scores=backtest.scores.assign(risk=change(backtest.scores)))
    )


def few_resignations(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    backtest = candidate.evaluation.backtest
    rare = backtest.scores["resigned"].where(
        backtest.scores["resigned"].isna() | (backtest.scores.index % 40 == 0), 0.0
    )
    return with_evaluation(
        candidate, backtest=replace(backtest, scores=backtest.scores.assign(resigned=rare))
    ), incumbent


def too_many_resignations(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    return with_risk(candidate, lambda scores: scores["risk"] / 2), incumbent


def risks_too_spread(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    def spread(scores):
        log_odds = logit(scores["risk"])
        return expit(log_odds.mean() + 2 * (log_odds - log_odds.mean()))

    return with_risk(candidate, spread), incumbent


def risks_twice_too_high(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    return with_risk(candidate, lambda scores: scores["risk"] * 2), incumbent


def worse_than_tenure(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    return with_risk(candidate, lambda scores: scores["risk"].sample(frac=1, random_state=1).to_numpy()), incumbent


def worse_than_the_champion(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    scores = candidate.evaluation.backtest.scores
    better = scores["risk"].where(scores["resigned"] == 1, scores["risk"] / 2)
    return candidate, replace(incumbent, backtest=replace(incumbent.backtest, scores=scores.assign(risk=better)))


def one_site_at_a_third(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    def third(scores):
        site = scores[KEYS].merge(candidate.groups, on=KEYS, how="left")["site"].to_numpy()
        return scores["risk"].where(site != "Wuhan", scores["risk"] / 3)

    return with_risk(candidate, third), incumbent


def another_list(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    """The champion was fitted on two features only: a random one and the work mode."""
    other = fit(
        *(centre.panel, centre.outcomes),
        features=centre.features[-2:],
        spec=candidate.fitted.spec,
        fitted_at=centre.last_month_end,
    )
    return candidate, replace(incumbent, fitted=other)


def noise_features_beat_chance(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    return with_evaluation(candidate, null_checks=(NullCheck("noise features", 0.6, 0.01, 3.0),)), incumbent


def shuffled_labels_beat_chance(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    return with_evaluation(candidate, null_checks=(NullCheck("shuffled labels", 0.6, 0.01, 3.0),)), incumbent


def another_model_in_the_folder(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    """The registered model is not the evaluated one."""
    spec = candidate.fitted.spec
    other = spec.model_copy(update={"trees": spec.trees.model_copy(update={"seed": 21})})
    again = fit(centre.panel, centre.outcomes, features=centre.features, spec=other, fitted_at=centre.last_month_end)
    for path in candidate.folder.iterdir():
        path.unlink()
    save_fitted(again, candidate.folder)
    return candidate, incumbent


def anchored_again(workspace: Path, version: str) -> None:
    """Anchor a version's files as they are now, as somebody could who may write to the registry."""
    files = hash_files(model_root(aliases.folder_of(workspace, version)))
    aliases.tag_version(workspace, version, {FILES_TAG: as_text(files)})


def saved_by_another_attrition(workspace: Path, version: str, number: int) -> None:
    """Make a registered version one of another format, with the right hashes in its folder and in the registry."""
    written_by_another_attrition(aliases.folder_of(workspace, version), number)
    anchored_again(workspace, version)


def golden_risk_one_bit_off(candidate: Candidate, incumbent: Incumbent, centre: SimulatedCentre) -> Broken:
    """As if this machine computed other bits than the one that saved the model; the hashes are right."""
    path, hashes = candidate.folder / GOLDEN, candidate.folder / HASHES
    golden, digests = json.loads(path.read_text()), json.loads(hashes.read_text())
    golden["scores"]["risk"][0] += 2**-50
    path.write_text(json.dumps(golden))
    hashes.write_text(json.dumps(digests | {GOLDEN: hashlib.sha256(path.read_bytes()).hexdigest()}))
    return candidate, incumbent


BROKEN: dict[str, Callable[[Candidate, Incumbent, SimulatedCentre], Broken]] = {
    "enough resignations to judge by": few_resignations,
    "observed over expected": too_many_resignations,
    "calibration slope": risks_too_spread,
    "calibration error": risks_twice_too_high,
    "better than tenure alone": worse_than_tenure,
    "at least as good as the champion": worse_than_the_champion,
    "level in every group": one_site_at_a_third,
    "keeps most of the champion's list": another_list,
    "noise features": noise_features_beat_chance,
    "shuffled labels": shuffled_labels_beat_chance,
    "reloads with identical scores": another_model_in_the_folder,
    "golden rows": golden_risk_one_bit_off,
}
