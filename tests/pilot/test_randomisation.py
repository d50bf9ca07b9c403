import pandas as pd
import pytest

from attrition.pilot.randomisation import REST, assign_arms, pilot_seed, strata


def test_a_stratum_is_a_site_and_a_band():
    agents = pd.DataFrame({"site": ["A"] * 16, "band": ["high"] * 8 + ["medium"] * 8})
    assert set(strata(agents)) == {"A, high", "A, medium"}


def test_the_small_bands_of_several_sites_are_drawn_together():
    agents = pd.DataFrame({"site": list("AAAABBBB"), "band": "high"})
    assert set(strata(agents)) == {"several sites, high"}


def test_what_is_small_even_then_is_drawn_as_one():
    agents = pd.DataFrame({"site": ["A"] * 7, "band": ["high"] * 4 + ["medium"] * 3})
    assert set(strata(agents)) == {REST}


def test_an_unknown_site_has_its_own_stratum():
    agents = pd.DataFrame({"site": [None] * 8 + ["A"] * 8, "band": "high"})
    assert strata(agents).nunique() == 2


@pytest.mark.parametrize("share", [0.5, 0.3, 0.07])
def test_the_share_holds_in_every_stratum_but_for_rounding_and_overall(share):
    stratum = pd.Series(
        [name for name, size in zip("abcdef", (8, 9, 13, 21, 40, 77), strict=True) for _ in range(size)]
    )
    for seed in range(5):
        treated = assign_arms(stratum, share=share, seed=seed) == "treated"
        assert abs(treated.sum() - share * len(stratum)) < 1
        assert all(abs(part.sum() - share * len(part)) < 1 for _, part in treated.groupby(stratum))


def test_everybody_has_the_same_chance_in_small_strata_too():
    """Seven agents, three sevenths treated: over 400 draws each is within five standard errors of it."""
    stratum = pd.Series(list("aaabbcc"))
    times = sum((assign_arms(stratum, share=3 / 7, seed=seed) == "treated").astype(int) for seed in range(400))
    assert ((times / 400 - 3 / 7).abs() < 5 * (12 / 49 / 400) ** 0.5).all()


def test_the_seed_depends_on_what_is_drawn_and_not_on_the_order_of_agents():
    agents = pd.Series(["1", "2"])
    one = pilot_seed("a", "talk", "2026-04-30", agents)
    assert one == pilot_seed("a", "talk", "2026-04-30", agents[::-1])
    assert one != pilot_seed("a", "talk", "2026-05-31", agents)
