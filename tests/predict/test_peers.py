from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.predict.peers import peers
from tests.predict.linear_risk import centre, groups


def test_an_agent_is_left_out_of_the_mean_of_the_peers():
    frame = centre(3, x=[1.0, 2.0, 6.0])
    result = peers(groups(frame), min_peers=2)
    assert result.mean(frame[["x"]])[:, 0].tolist() == [4.0, 3.5, 1.5]


def test_a_group_of_twenty_others_is_kept_and_one_of_nineteen_loses_the_tenure_band():
    frame = centre(41)
    bands = ["new"] * 21 + ["old"] * 20
    result = peers(groups(frame, tenure_band=bands))
    assert set(result.names[:21]) == {"site+job_role+tenure_band"}
    assert set(result.names[21:]) == {"site+job_role"}
    assert set(result.count[:21]) == {20}
    assert set(result.count[21:]) == {40}


def test_where_a_role_is_too_small_the_site_counts_and_then_the_centre():
    frame = centre(50)
    sites, roles = ["A"] * 30 + ["B"] * 20, ["chat"] * 5 + ["voice"] * 45
    names = peers(groups(frame, site=sites, job_role=roles)).names
    assert names[0] == "site"
    assert names[10] == "site+job_role+tenure_band"
    assert names[40] == "centre"


def test_months_are_never_mixed():
    frame = pd.concat([centre(3, x=1.0), centre(3, x=9.0).assign(as_of=pd.Timestamp("2026-09-30"))], ignore_index=True)
    assert peers(groups(frame)).mean(frame[["x"]])[:, 0].tolist() == [1.0] * 3 + [9.0] * 3


def test_an_agent_alone_has_no_peers():
    frame = centre(1, x=1.0)
    result = peers(groups(frame))
    assert result.count.tolist() == [0]
    assert np.isnan(result.mean(frame[["x"]])).all()


def test_the_most_common_word_wins_and_ties_go_by_the_alphabet():
    frame = centre(5)
    words = pd.Series(["office", "home", "office", "home", None])
    assert peers(groups(frame)).most_common(words).tolist() == ["home"] * 5


def test_a_site_that_knows_no_roles_is_compared_by_what_it_knows():
    frame = centre(25)
    result = peers(groups(frame).drop(columns=["job_role", "tenure_band"]))
    assert set(result.count) == {24}
