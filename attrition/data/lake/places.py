"""Find the files that a log names, where this machine sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from attrition.data.faults import Refused
from attrition.data.phrase import Phrase


def files_here(addresses: Iterable[str], path_of: Callable[[str], Path | None]) -> list[Path]:
    """Return the path of each file.

    Parameters
    ----------
    addresses : iterable of str
        As a log names them.
    path_of : callable
        Returns the path of an address; None where it is no file of a file system.

    Raises
    ------
    Refused
        A file lies on storage that is not mounted here, or is gone.
    """
    paths = [path_of(address) for address in addresses]
    if missing := sum(path is None or not path.exists() for path in paths):
        raise not_here(missing)
    return [path for path in paths if path is not None]


def path_of_uri(uri: str) -> Path | None:
    """Return the path of a URI, in which signs stand for others.

    Examples
    --------
    >>> path_of_uri("file:/lake/pay%20days"), path_of_uri("s3://lake/pay")
    (PosixPath('/lake/pay days'), None)
    """
    place = urlsplit(uri)
    return Path(unquote(place.path)) if place.scheme == "file" and place.netloc in ("", "localhost") else None


def path_of_location(location: str) -> Path | None:
    """Return the path of a location of Iceberg, in which every sign stands for itself.

    Examples
    --------
    >>> path_of_location("file:///lake/site=a%2Fb"), path_of_location("/lake/pay"), path_of_location("s3://lake/pay")
    (PosixPath('/lake/site=a%2Fb'), PosixPath('/lake/pay'), None)
    """
    match = re.fullmatch(r"(?:file:(?://(?:localhost)?)?)?(/.*)", location, re.DOTALL)
    return Path(match[1]) if match and not match[1].startswith("//") else None


def not_here(count: int) -> Refused:
    """Return the refusal of a table of which so many files cannot be seen."""
    return Refused(
        Phrase("this machine does not see {count} of its files", "本机看不到其中 {count} 个文件", count=count),
        Phrase(
            "if they were removed a moment ago (vacuum), run the command again; if their storage is not mounted here "
            "under the path that the table names, mount it, or export the table as Parquet and declare those as path",
            "若文件刚被清理（vacuum），请重新运行命令；若其存储未按该表所写的路径挂载到本机，"
            "请挂载，或将该表导出为 Parquet 并用 path 声明文件",
        ),
    )


@contextmanager
def naming_file() -> Iterator[None]:
    """Turn an error of reading one file into a refusal; what the machine refuses, such as the right to, goes on.

    Raises
    ------
    Refused
        The file is gone, or damaged.
    """
    try:
        yield
    except FileNotFoundError:
        raise not_here(1) from None
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:
            raise
        raise Refused(
            Phrase("one of its files is damaged", "其中一个文件已损坏"),
            Phrase("restore it, or write the table anew", "请恢复该文件，或重写该表"),
        ) from None
