"""The truth behind a synthetic centre, about the same people as its panel: by pseudonyms where it has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from attrition.data.people.protection import read_protection
from attrition.data.people.pseudonyms import Pseudonyms


def centre_truth(
    workspace: Path, name: str, *, columns: Sequence[str] | None = None, like: pd.Series | None = None
) -> pd.DataFrame:
    """Read a table of the truth.

    Parameters
    ----------
    workspace : Path
        Of a synthetic centre.
    name : str
        ``agent_months`` or ``lever_effects``.
    columns : sequence of str, optional
        The columns to read, with ``agent_id`` among them.
    like : Series, optional
        Dates whose type ``as_of`` gets, so that tables join.
    """
    table = pd.read_parquet(workspace / "exports" / "truth" / f"{name}.parquet", columns=columns)
    if read_protection(workspace).pseudonyms:
        pseudonyms = Pseudonyms.open(workspace)
        names = {number: pseudonyms.pseudonym(number) for number in table["agent_id"].unique()}
        table["agent_id"] = table["agent_id"].map(names)
    months = pd.to_datetime(table["as_of"])
    return table.assign(as_of=months if like is None else months.astype(like.dtype))
