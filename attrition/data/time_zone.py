"""A time zone by its name in declarations, such as "Asia/Shanghai"."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from attrition.message import Message


def existing_zone(name: str) -> str:
    """Return the name of a time zone, or raise a ValueError where there is none of this name.

    Examples
    --------
    >>> existing_zone("Asia/Shanghai")
    'Asia/Shanghai'
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(Message('"{name}" is not a time zone; write it like "Asia/Shanghai"', name=name)) from None
    return name


ZoneName = Annotated[str, AfterValidator(existing_zone)]
"""The name of a time zone that exists."""
