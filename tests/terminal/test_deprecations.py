"""What a library deprecates is not printed for those who run commands, whatever the filters of warnings are."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import warnings
from attrition.terminal.deprecations import hide_deprecations

warnings.simplefilter("always")
hide_deprecations()
warnings.warn("an option is deprecated", DeprecationWarning)
warnings.warn("a figure is odd", UserWarning)
"""


@pytest.mark.parametrize(("options", "is_printed"), [([], False), (["-W", "default"], True)])
def test_deprecations_are_printed_only_for_those_who_ask_python_for_them(options: list[str], is_printed: bool) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    env |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, *options, "-c", SCRIPT]
    printed = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stderr
    assert ("an option is deprecated" in printed) == is_printed
    assert "a figure is odd" in printed
