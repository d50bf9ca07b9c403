"""One way to break each check of the bar on purpose, with real parts: the candidate and the champion it is held to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

from attrition.labels.outcomes import KEYS
from attrition.model.bar import Candidate, Rival
from attrition.model.calibration import Calibration
from attrition.model.canaries import Canary
from attrition.model.golden import GOLDEN
from attrition.model.persistence import HASHES, save_fitted
from attrition.model.risk import fit
from tests.model.conftest import Centre

Broken = tuple[Candidate, Rival | None]


def changed(candidate, **fields):
    return replace(candidate, examination=replace(candidate.examination, **fields))


def with_metric(candidate, metric, value):
    trial = candidate.examination.trial
    metrics = trial.metrics.copy()
    metrics.loc[(metrics["metric"] == metric) & (metrics["model"] == "resignation"), "value"] = value
    return changed(candidate, trial=replace(trial, metrics=metrics))


def with_risk(candidate, change):
    """Change the risks that were examined."""
    trial = candidate.examination.trial
    return changed(candidate, trial=replace(trial, scores=trial.scores.assign(risk=change(trial.scores))))


def few_resignations(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    trial = candidate.examination.trial
    rare = trial.scores["resigned"].where(trial.scores["resigned"].isna() | (trial.scores.index % 40 == 0), 0.0)
    return changed(candidate, trial=replace(trial, scores=trial.scores.assign(resigned=rare))), rival


def too_many_resignations(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    return with_metric(candidate, "observed_over_expected", 1.3), rival


def risks_too_spread(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    return changed(candidate, slope=Calibration(slope=0.7)), rival


def risks_twice_too_high(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    return with_risk(candidate, lambda scores: scores["risk"] * 2), rival


def worse_than_tenure(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    return with_metric(candidate, "auc", 0.4), rival


def worse_than_the_champion(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    scores = candidate.examination.trial.scores
    better = scores["risk"].where(scores["resigned"] == 1, scores["risk"] / 2)
    return candidate, replace(rival, trial=replace(rival.trial, scores=scores.assign(risk=better)))


def one_site_at_a_third(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    def third(scores):
        site = scores[KEYS].merge(candidate.groups, on=KEYS, how="left")["site"].to_numpy()
        return scores["risk"].where(site != "Wuhan", scores["risk"] / 3)

    return with_risk(candidate, third), rival


def another_list(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    """The champion knows nothing but chance and the way of working."""
    other = fit(
        *(centre.panel, centre.outcomes),
        features=centre.features[-2:],
        spec=candidate.fitted.spec,
        at=centre.ends,
    )
    return candidate, replace(rival, fitted=other)


def noise_is_known(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    return changed(candidate, canaries=(Canary("noise features", 0.6, 0.01, 3.0),)), rival


def shuffled_is_known(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    return changed(candidate, canaries=(Canary("shuffled labels", 0.6, 0.01, 3.0),)), rival


def another_model_in_the_folder(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    """What was registered is not what was examined."""
    spec = candidate.fitted.spec
    other = spec.model_copy(update={"trees": spec.trees.model_copy(update={"seed": 21})})
    again = fit(centre.panel, centre.outcomes, features=centre.features, spec=other, at=centre.ends)
    for path in candidate.folder.iterdir():
        path.unlink()
    save_fitted(again, candidate.folder)
    return candidate, rival


def golden_risk_one_bit_off(candidate: Candidate, rival: Rival, centre: Centre) -> Broken:
    """As if this machine computed otherwise than the one that saved; the hashes are right."""
    path, hashes = candidate.folder / GOLDEN, candidate.folder / HASHES
    told, known = json.loads(path.read_text()), json.loads(hashes.read_text())
    told["scores"]["risk"][0] += 2**-50
    path.write_text(json.dumps(told))
    hashes.write_text(json.dumps(known | {GOLDEN: hashlib.sha256(path.read_bytes()).hexdigest()}))
    return candidate, rival


BROKEN: dict[str, Callable[[Candidate, Rival, Centre], Broken]] = {
    "enough resignations to judge by": few_resignations,
    "observed over expected": too_many_resignations,
    "calibration slope": risks_too_spread,
    "calibration error": risks_twice_too_high,
    "better than tenure alone": worse_than_tenure,
    "at least as good as the champion": worse_than_the_champion,
    "level in every group": one_site_at_a_third,
    "keeps most of the champion's list": another_list,
    "noise features": noise_is_known,
    "shuffled labels": shuffled_is_known,
    "reloads with identical scores": another_model_in_the_folder,
    "golden rows": golden_risk_one_bit_off,
}
