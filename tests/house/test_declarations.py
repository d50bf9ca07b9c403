"""Every declaration file is read by the class that the code follows; an unknown key is refused."""

from pathlib import Path

import pytest

from attrition.data.people.protection import Protection
from attrition.declared import Declaration, parse, read
from attrition.errors import DeclarationError
from attrition.jobs import CheckJob, MonitorJob, MonthlyJob, PlanJob, Retention, RetrainJob, SendJob
from attrition.model.spec import BacktestJob
from attrition.model.tunable import TuneJob
from attrition.report.papers.declaration import PapersJob
from docs.declarations import FILES as DECLARED
from tests.house.places import REPOSITORY


def test_every_declaration_file_has_its_class() -> None:
    files = {path for name in ("pipelines", "models") for path in (REPOSITORY / name).glob("*.toml")}
    assert {str(path.relative_to(REPOSITORY)) for path in files} == set(DECLARED)


@pytest.mark.parametrize("name", DECLARED)
def test_the_starter_declaration_reads(name: str) -> None:
    assert read(REPOSITORY / name, DECLARED[name])


@pytest.mark.parametrize("name", DECLARED)
def test_a_misspelt_key_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / Path(name).name
    path.write_text("kolour = 1\n" + (REPOSITORY / name).read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="kolour is not a known key"):
        read(path, DECLARED[name])


@pytest.mark.parametrize(
    "model",
    [
        *(
            Protection,
            PapersJob,
            CheckJob,
            RetrainJob,
            MonthlyJob,
            MonitorJob,
            BacktestJob,
            PlanJob,
            Retention,
            TuneJob,
        ),
        SendJob,
    ],
)
def test_an_empty_job_file_means_the_starter_values(model: type[Declaration]) -> None:
    name = next(name for name, declared in DECLARED.items() if declared is model)
    assert parse({}, model, where="empty") == read(REPOSITORY / name, model)
