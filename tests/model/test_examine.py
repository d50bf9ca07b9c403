import numpy as np
import pytest

from attrition.errors import DataError, LeakageFound
from attrition.features.declare import Feature
from attrition.labels.outcomes import exit_within, month_end
from attrition.model.examine import examine

HEARSAY = Feature(name="context_hearsay_index", family="context", lever="none", en="", zh="", unit="index")


def test_the_examined_model_knew_no_label_that_ends_in_the_months_it_is_judged_on(exam, centre, spec):
    assert exam.fitted.at < exam.origin.scored[0]
    assert len(exam.origin.scored) == spec.examination.months
    assert month_end(centre.panel["as_of"], plus=3).max() > centre.ends >= exam.origin.scored[-1]


def test_both_canaries_are_quiet(exam):
    assert [canary.name for canary in exam.canaries] == ["noise features", "shuffled labels"]
    assert all(canary.is_quiet for canary in exam.canaries)


def test_figures_are_looked_up_by_name_and_unknown_ones_are_null(exam):
    assert 0.6 < exam.figure("auc") < 0.9
    assert exam.figure("auc", model="base_rate") == 0.5
    assert np.isnan(exam.figure("auc", horizon=12))
    assert 0.4 < exam.slope.slope < 2


def test_a_feature_that_heard_of_the_resignation_stops_the_retrain(centre, spec):
    heard = exit_within(centre.outcomes, 3, known_at=centre.ends).fillna(0.0)
    panel = centre.panel.assign(context_hearsay_index=heard + np.random.default_rng(0).normal(0, 0.2, len(heard)))
    with pytest.raises(LeakageFound, match=r"context_hearsay_index alone separates.*resignation\.toml"):
        examine(panel, centre.outcomes, features=(*centre.features, HEARSAY), spec=spec, at=centre.ends)


def test_a_history_without_months_to_hold_back_is_refused(centre, spec):
    with pytest.raises(DataError, match="too few to hold 4 back"):
        examine(
            centre.panel, centre.outcomes, features=centre.features, spec=spec, at=centre.panel["as_of"].unique()[6]
        )
