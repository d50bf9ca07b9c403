"""A real MLflow server on PostgreSQL, killed at each call by which versions are registered and aliases are moved."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from attrition.model import aliases
from attrition.steps.audit import anchor_log
from attrition.steps.promotion import roll_back
from benchmarks.mlflow_kills import Registering, decision, serving, trained, trials
from tests.mlflow_servers import MlflowServer
from tests.servers import NotInstalled

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(find_spec("psycopg2") is None, reason="psycopg2 is not installed (pip install psycopg2-binary)"),
]


@pytest.fixture(scope="module")
def centre() -> Iterator[tuple[MlflowServer, Path, Registering]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        try:
            with serving("postgresql") as server, trained(server) as (workspace, registering):
                yield server, workspace, registering
        except NotInstalled as missing:
            pytest.skip(str(missing))


def test_wherever_a_rollback_is_killed_it_holds_at_once_and_the_next_command_completes_it(
    centre: tuple[MlflowServer, Path, Registering],
) -> None:
    server, workspace, _ = centre

    def moving() -> str:
        change = roll_back(workspace, decision())
        anchor_log(workspace, change.version)
        return change.version

    made = list(trials(workspace, server, moving, every=3))
    assert len(made) >= 12
    assert [trial for trial in made if not trial.is_sound] == []


def test_wherever_a_registration_is_killed_no_version_is_half_there_and_the_champion_stays(
    centre: tuple[MlflowServer, Path, Registering],
) -> None:
    server, workspace, registering = centre
    before = aliases.read_state(workspace)
    made = list(trials(workspace, server, registering, every=10))
    assert len(made) >= 12
    assert [trial for trial in made if not trial.is_sound] == []
    assert aliases.current_aliases(workspace) == before.aliases
    assert int(registering()) > max(map(int, before.versions))
