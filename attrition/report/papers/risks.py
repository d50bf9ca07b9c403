"""The risk register: what may go wrong, for whom, how likely, what the product holds against it, and what remains."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from attrition.declared import Declaration, parse

FILE = "risks.toml"
Likelihood = Literal["low", "medium", "high"]
ALWAYS = "always"
"""Stands for a guard that works in every workspace."""


class Guard(Declaration):
    """A measure of the product, and the test that fails without it."""

    en: str
    zh: str
    test: str
    """The test, as ``tests/rules/test_no_peeking.py::test_name``."""
    needs: str = ALWAYS
    """What must be in use for it to work here, such as "pseudonyms"."""


class Risk(Declaration):
    """One risk, without and with the measures."""

    id: str
    en: str
    zh: str
    likelihood: Likelihood
    """Without the measures."""
    severity: Likelihood
    """For the person concerned, if it happens."""
    residual: Likelihood
    """Likelihood with those measures that are always in use."""
    residual_en: str
    residual_zh: str
    guards: tuple[Guard, ...]


class RiskRegister(Declaration):
    """The whole file."""

    risks: tuple[Risk, ...]


@cache
def read_risks() -> tuple[Risk, ...]:
    """Return the register.

    Examples
    --------
    >>> [risk.id for risk in read_risks()][:3]
    ['R1', 'R2', 'R3']
    """
    text = files("attrition.report.papers").joinpath(FILE).read_text(encoding="utf-8")
    return parse(tomllib.loads(text), RiskRegister, where=FILE).risks
