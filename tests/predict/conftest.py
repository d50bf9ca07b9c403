"""A real model fitted on a small simulated centre, and the groups of its agents."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from attrition.features.declare import Feature
from attrition.model.risk import FittedRisk, fit
from attrition.model.spec import Spec
from tests.model.conftest import simulate


@dataclass(frozen=True)
class Month:
    """The last month of a simulated centre, and a model that was fitted on what came before."""

    fitted: FittedRisk
    frame: pd.DataFrame
    groups: pd.DataFrame
    features: tuple[Feature, ...]


@pytest.fixture(scope="session")
def month() -> Month:
    centre = simulate(agents=300, months=24, seed=5)
    spec = Spec.model_validate(
        {
            "name": "resignation",
            "horizons": [1, 3, 6],
            "trees": {"members": 2, "rounds": 40, "learning_rate": 0.08, "feature_share": 0.8},
            "calibration": {"months": 4, "minimum_training_months": 4},
        }
    )
    fitted = fit(centre.panel, centre.outcomes, features=centre.features, spec=spec, fitted_at=centre.last_month_end)
    frame = centre.panel[centre.panel["as_of"] == centre.last_month_end].reset_index(drop=True)
    groups = frame[["agent_id", "as_of"]].assign(site="Foshan", team_id="t1", job_role="voice")
    groups["site"] = ["Foshan" if position % 3 else "Wuhan" for position in range(len(frame))]
    groups["tenure_band"] = pd.cut(frame["tenure_days"], [-1, 90, 365, 99999], labels=["new", "1", "2"]).astype(str)
    return Month(fitted, frame, groups, centre.features)
