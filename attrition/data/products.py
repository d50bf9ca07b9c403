"""Read files that attrition wrote itself; a damaged one is an error that names the command which makes it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


def read_parquet(path: Path, *, remedy: str, **which: Any) -> pd.DataFrame:
    """Return the table in a Parquet file that attrition wrote.

    Parameters
    ----------
    path : Path
        The file, which must exist.
    remedy : str
        What to do about a damaged file, as the end of a sentence, such as "`attrition panel` makes it again".
    which : object
        Arguments of `pandas.read_parquet`, which choose columns and rows.

    Raises
    ------
    UserError
        The file is cut off or damaged.
    """
    import pandas as pd
    import pyarrow as pa

    try:
        return pd.read_parquet(path, **which)
    except pa.ArrowException:
        raise _damaged(path, remedy) from None
    except OSError as error:
        # An error of the operating system has a number or a class of its own; what is left is Arrow's about content.
        if error.errno or type(error) is not OSError:
            raise
        raise _damaged(path, remedy) from None


def read_json(path: Path, *, remedy: str) -> Any:
    """Return the content of a JSON file that attrition wrote.

    Raises
    ------
    UserError
        The file is cut off or damaged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "runs" / "panel.json"
    ...     path.parent.mkdir()
    ...     _ = path.write_text('{"format": ')
    ...     read_json(path, remedy="`attrition panel` makes it again")
    Traceback (most recent call last):
    attrition.errors.UserError: runs/panel.json is damaged or cut off; `attrition panel` makes it again
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise _damaged(path, remedy) from None


def _damaged(path: Path, remedy: str) -> UserError:
    return UserError(
        "{folder}/{file} is damaged or cut off; {remedy}", folder=path.parent.name, file=path.name, remedy=remedy
    )
