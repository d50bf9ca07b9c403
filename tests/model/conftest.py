"""A small simulated centre whose true hazards are known, and what is fitted on it: models, evaluations, a registry."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from attrition.features.declare import Feature
from attrition.model import registry
from attrition.model.contribution_sizes import mean_contribution_sizes
from attrition.model.holdout import HoldoutEvaluation, evaluate_holdout
from attrition.model.persistence import save_fitted
from attrition.model.promotion_criteria import Candidate, Incumbent, group_calibration
from attrition.model.provenance import made_from
from attrition.model.risk import FittedRisk, fit
from attrition.model.run_artifacts import TrainingRun
from attrition.model.spec import Spec
from tests.centres import made_once

FEATURES = (
    Feature(name="tenure_days", family="tenure", lever="none", en="tenure", zh="司龄", unit="days"),
    Feature(name="pay_market_ratio", family="pay", lever="pay", en="pay", zh="薪酬", unit="ratio", direction=-1),
    Feature(
        name="workload_occupancy_3m",
        family="workload",
        lever="workload",
        en="load",
        zh="负荷",
        unit="share",
        direction=1,
    ),
    Feature(
        name="schedule_weekend_share_3m", family="schedule", lever="schedule", en="weekends", zh="周末", unit="share"
    ),
    Feature(
        name="quality_score_3m", family="quality", lever="coaching", en="score", zh="质检", unit="score", direction=-1
    ),
    Feature(name="career_days_since_raise", family="career", lever="career_path", en="wait", zh="等待", unit="days"),
    Feature(name="context_random_index", family="context", lever="none", en="chance", zh="随机", unit="index"),
    Feature(name="schedule_work_mode", family="schedule", lever="schedule", en="mode", zh="方式", unit="category"),
)
MODES = np.array(["office", "home", "hybrid"])


@dataclass(frozen=True)
class SimulatedCentre:
    """A panel, its outcomes, the features, and the true hazard of resigning of each row in the month after it."""

    panel: pd.DataFrame
    outcomes: pd.DataFrame
    hazard: np.ndarray
    features: tuple[Feature, ...] = FEATURES

    @property
    def last_month_end(self) -> pd.Timestamp:
        return pd.Timestamp(self.panel["as_of"].max())


def simulate(*, agents: int = 400, months: int = 30, seed: int = 1) -> SimulatedCentre:
    """Return a centre with so many seats; agents resign or are dismissed by known hazards and are then replaced."""
    draw = np.random.default_rng(seed)
    ends = pd.date_range("2022-01-31", periods=months + 1, freq="ME")
    tenure = draw.exponential(18, agents)
    pay, load, mode = draw.normal(1, 0.1, agents), draw.normal(0.8, 0.08, agents), draw.integers(3, size=agents)
    agent_numbers, hired, parts = np.arange(agents), agents, []
    for month in range(months):
        load = 0.8 + 0.8 * (load - 0.8) + draw.normal(0, 0.05, agents)
        score, noise, weekend = draw.normal(85, 6, agents), draw.normal(size=agents), draw.beta(2, 6, agents)
        log_odds = -3.6 + 1.6 * np.exp(-tenure / 5) - 5 * (pay - 1) + 7 * (load - 0.8) - 0.5 * (mode == 1)
        hazard, dismissal = 1 / (1 + np.exp(-log_odds)), 1 / (1 + np.exp(5 + 0.15 * (score - 80)))
        chance = draw.random(agents)
        kind = np.select([chance < hazard, chance < hazard + dismissal], ["voluntary", "involuntary"], "")
        days = pd.to_timedelta(draw.integers(1, 28, agents), unit="D")
        parts.append(
            pd.DataFrame(
                {
                    "agent_id": [f"A{number:05d}" for number in agent_numbers],
                    "as_of": ends[month],
                    "tenure_days": tenure * 30.4,
                    "pay_market_ratio": pay,
                    "workload_occupancy_3m": np.where(draw.random(agents) < 0.05, np.nan, load),
                    "schedule_weekend_share_3m": weekend,
                    "quality_score_3m": score,
                    "career_days_since_raise": draw.exponential(200, agents),
                    "context_random_index": noise,
                    "schedule_work_mode": MODES[mode],
                    "_hazard": hazard,
                    "_kind": kind,
                    "_day": ends[month] + days,
                }
            )
        )
        left = kind != ""
        agent_numbers, hired = np.where(left, hired + np.cumsum(left) - 1, agent_numbers), hired + left.sum()
        tenure = np.where(left, 0.5, tenure + 1)
        pay = np.where(left, draw.normal(1, 0.1, agents), pay + draw.normal(0, 0.01, agents))
        mode = np.where(left, draw.integers(3, size=agents), mode)
    return _centre(pd.concat(parts, ignore_index=True))


def _centre(rows: pd.DataFrame) -> SimulatedCentre:
    rows = rows.sort_values(["agent_id", "as_of"], ignore_index=True)
    leavers = rows[rows["_kind"] != ""].set_index("agent_id")
    outcomes = rows[["agent_id", "as_of"]].copy()
    outcomes["exit_kind"] = rows["agent_id"].map(leavers["_kind"])
    outcomes["left_on"] = rows["agent_id"].map(leavers["_day"])
    outcomes["known_on"] = outcomes["left_on"] + pd.Timedelta(days=2)
    panel = rows.drop(columns=["_hazard", "_kind", "_day"])
    return SimulatedCentre(panel, outcomes, rows["_hazard"].to_numpy())


@pytest.fixture(scope="session")
def centre() -> SimulatedCentre:
    return simulate()


@pytest.fixture(scope="session")
def spec() -> Spec:
    """Three horizons and few trees, so that it is fitted quickly."""
    return Spec.model_validate(
        {
            "name": "resignation",
            "horizons": [1, 3, 6],
            "trees": {"members": 3, "rounds": 40, "learning_rate": 0.1, "feature_share": 0.8},
            "involuntary": {"rounds": 20},
            "calibration": {"months": 12, "minimum_training_months": 4},
            "holdout": {"months": 4, "draws": 100, "members": 3},
        }
    )


@pytest.fixture(scope="session")
def fitted(centre: SimulatedCentre, spec: Spec) -> FittedRisk:
    """The model of a retrain at the end of the data."""
    return fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=centre.last_month_end)


@pytest.fixture(scope="session")
def evaluation(centre: SimulatedCentre, spec: Spec) -> HoldoutEvaluation:
    """The holdout evaluation of the same recipe."""
    return evaluate_holdout(
        centre.panel, centre.outcomes, features=centre.features, spec=spec, known_at=centre.last_month_end
    )


MANIFEST = [{"path": "exits.csv", "rows": 3, "bytes": 90, "sha256": "ab" * 32}]
DECLARATION = 'name = "resignation"\n'
# Takes the place of the served model, which is in attrition.predict and may not be imported here.
SERVED = """
import mlflow.models, mlflow.pyfunc, pandas as pd
class Served(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: pd.DataFrame, params=None) -> pd.DataFrame:
        return model_input
mlflow.models.set_model(Served())
"""


@pytest.fixture(scope="session")
def groups(centre: SimulatedCentre) -> pd.DataFrame:
    """Two sites, one role, three bands of tenure."""
    rows = centre.panel[["agent_id", "as_of"]].assign(job_role="voice")
    rows["site"] = np.where(rows["agent_id"].str[-1].astype(int) < 6, "Foshan", "Wuhan")
    rows["tenure_band"] = pd.cut(centre.panel["tenure_days"], [-1, 90, 365, 99999], labels=["new", "1", "2"]).astype(
        str
    )
    return rows


@pytest.fixture(scope="session")
def run(
    centre: SimulatedCentre, fitted: FittedRisk, evaluation: HoldoutEvaluation, groups: pd.DataFrame
) -> TrainingRun:
    """The results of a retrain, as they are logged."""
    origin = made_from(centre.panel, manifest=MANIFEST, declaration=DECLARATION, workspace=Path("nowhere"))
    sizes, levels = mean_contribution_sizes(fitted, centre.panel), group_calibration(evaluation, groups)
    return TrainingRun(fitted, evaluation, groups, sizes, origin, DECLARATION, levels)


@pytest.fixture(scope="session")
def signature() -> Any:
    """The signature of the file in SERVED."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema

    return ModelSignature(Schema([ColSpec(DataType.double, "pay_market_ratio", required=False)]))


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A workspace in which three versions are registered, and none has an alias yet; copy it before writing.

    It is made once for all processes, of which only the first fits and evaluates a model for it; each has a copy.
    """

    def make(folder: Path) -> None:
        run, signature = request.getfixturevalue("run"), request.getfixturevalue("signature")
        folder.mkdir()
        served = folder / "served.py"
        served.write_text(SERVED)
        for number in ("1", "2", "3"):
            assert registry.log_run(folder, run, served=served, signature=signature) == number

    made = made_once(tmp_path_factory, "registered-thrice", make)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("registered") / "workspace"))


@pytest.fixture(scope="session")
def candidate(
    centre: SimulatedCentre,
    fitted: FittedRisk,
    evaluation: HoldoutEvaluation,
    groups: pd.DataFrame,
    tmp_path_factory: pytest.TempPathFactory,
) -> Candidate:
    """A model that passes every criterion, saved."""
    folder = tmp_path_factory.mktemp("candidate") / "fitted"
    save_fitted(fitted, folder)
    return Candidate(fitted, evaluation, centre.panel[centre.panel["as_of"] == centre.last_month_end], groups, folder)


@pytest.fixture(scope="session")
def incumbent(fitted: FittedRisk, evaluation: HoldoutEvaluation) -> Incumbent:
    """A champion with the same recipe as the candidate."""
    return Incumbent("1", fitted, evaluation.backtest)
