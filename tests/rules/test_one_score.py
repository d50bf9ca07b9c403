"""The rule that a score is one: batch, service and MLflow's model give each agent-month the same, abstentions too."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from mlflow.pyfunc import PythonModelContext

from attrition.model.loading import load_fitted
from attrition.model.persistence import save_fitted
from attrition.model.registry_records import ARTIFACT
from attrition.predict.inputs import from_records
from attrition.predict.predictions import predictions
from attrition.predict.scores import at_new_site, scores
from attrition.predict.served import ServedRisk
from tests.model.conftest import simulate
from tests.predict.conftest import month as fitted_month

month = fitted_month
ROWS = 4_000


@pytest.fixture(scope="module")
def fitted(month, tmp_path_factory):
    """The model as it is loaded again; two of its three sites had agents when it was fitted."""
    folder = tmp_path_factory.mktemp("models") / "fitted"
    save_fitted(replace(month.fitted, training_sites=("Foshan", "Wuhan")), folder)
    return load_fitted(folder)


@pytest.fixture(scope="module")
def rows(fitted):
    """Agent-months of many months with everything that makes the model abstain, and values of every kind."""
    panel = simulate(agents=300, months=24, seed=9).panel.tail(ROWS).reset_index(drop=True)
    draw = np.random.default_rng(0)
    names = fitted.encoding.names
    is_blank = draw.random((len(panel), len(names))) < draw.choice([0.0, 0.1, 0.7], (len(panel), 1))
    panel[names] = panel[names].astype(object).mask(is_blank, None)
    newest = panel["as_of"] == panel["as_of"].max()
    panel.loc[newest, fitted.gain_shares().index[:4]] = None
    panel["site"] = draw.choice(np.array(["Foshan", "Wuhan", "Chengdu", None], dtype=object), len(panel))
    return panel.assign(is_gone=draw.random(len(panel)) < 0.05)


@pytest.fixture(scope="module")
def batch(fitted, rows):
    frame = rows.drop(columns=["site", "is_gone"]).infer_objects()
    learnt = pd.DataFrame({"as_of": pd.Timestamp("2020-01-31"), "site": ["Foshan", "Wuhan"]})
    keys = ["agent_id", "as_of"]
    gone = rows.set_index(keys)["is_gone"]
    table = scores(fitted, frame, version="7", is_new_site=at_new_site(rows, learnt, fitted), is_gone=gone)
    wide = table.pivot(index=keys, columns="horizon_months", values="risk").add_prefix("risk_").add_suffix("m")
    at_headline = table[table["horizon_months"] == fitted.spec.headline].set_index(keys)
    joined = wide.join(at_headline[["band", "abstained", "abstain_reason"]])
    return (
        joined.loc[pd.MultiIndex.from_frame(rows[keys])]
        .reset_index(drop=True)
        .astype(object)
        .where(lambda t: t.notna(), None)
    )


def with_none(table):
    return table.astype(object).where(table.notna(), None)


def as_requests(fitted, rows):
    fields = [*fitted.encoding.names, "site", "is_gone"]
    records = with_none(rows[fields]).to_dict(orient="records")
    months = rows["as_of"].dt.strftime("%Y-%m-%d")
    return [record | {"as_of": month, "sources": "whole_month"} for record, month in zip(records, months, strict=True)]


def assert_same(batch, table):
    table = with_none(table[batch.columns])
    different = [name for name in batch if batch[name].tolist() != table[name].tolist()]
    assert not different


def test_the_batch_abstains_for_every_reason_so_that_the_rest_means_something(batch):
    assert batch["abstain_reason"].nunique() == 5
    assert 0.1 < batch["band"].notna().mean() < 0.9
    assert set(batch["band"].dropna()) == {"very_high", "high", "medium", "low"}


def test_the_service_gives_what_the_batch_gives_bit_for_bit_and_reason_for_reason(fitted, rows, batch):
    requests = json.loads(json.dumps(as_requests(fitted, rows)))
    table = pd.DataFrame(predictions(fitted, from_records(requests, fitted.encoding), version="7"))
    assert_same(batch, table)


def test_a_row_alone_gives_what_it_gives_among_all_others(fitted, rows, batch):
    some = range(0, len(rows), 20)
    requests = [request | {"sources": "running"} for request in as_requests(fitted, rows.iloc[some])]
    alone = [predictions(fitted, from_records([request], fitted.encoding), version="7") for request in requests]
    table = pd.concat(map(pd.DataFrame, alone), ignore_index=True)
    expected = batch.iloc[some].reset_index(drop=True)
    is_told_by_others = expected["abstain_reason"].fillna("").str.startswith("a source has stopped").to_numpy()
    assert_same(expected[~is_told_by_others].reset_index(drop=True), table[~is_told_by_others].reset_index(drop=True))


def test_the_model_of_mlflow_gives_what_the_batch_gives(fitted, rows, batch, tmp_path):
    served, folder = ServedRisk(), tmp_path / "fitted"
    save_fitted(fitted, folder)

    context = PythonModelContext(artifacts={ARTIFACT: str(folder)}, model_config=None)
    served.load_context(context)
    assert_same(batch, served.predict(context, pd.DataFrame(as_requests(fitted, rows))))


def test_contributions_of_a_row_alone_are_those_among_all_others(fitted, rows):
    encoded = from_records(as_requests(fitted, rows), fitted.encoding).encoded
    together = fitted.encoded_contributions(encoded)
    alone = np.vstack([fitted.encoded_contributions(encoded[row : row + 1]) for row in range(0, len(encoded), 10)])
    np.testing.assert_array_equal(alone, together[::10])
