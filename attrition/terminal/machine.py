"""Say in one sentence what the machine refused and what to do: a full disk, a folder closed to writing, no memory."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from attrition.message import Message

_DISK_FULL = "No space left on device"
_MAY_NOT = {errno.EACCES, errno.EPERM, errno.EROFS}
_DISK_ERROR = {errno.EIO, getattr(errno, "ESTALE", errno.EIO), getattr(errno, "ENOTCONN", errno.EIO), errno.ETIMEDOUT}
_IN_THE_WAY = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}
_NO_MEMORY = ("MemoryError", "OutOfMemoryException", "ArrowMemoryError", "_ArrayMemoryError")


def machine_sentence(error: BaseException) -> Message:
    """Return what the machine refused and what to do about it; "" for an error of any other kind.

    Libraries raise errors of their own, some of which name the operating system's error only in their text.

    Examples
    --------
    >>> machine_sentence(PermissionError(errno.EACCES, "Permission denied", "runs/check.html"))
    'attrition may not write or read runs/check.html; close it elsewhere, or let this user write to its folder'
    >>> machine_sentence(KeyError("agent 00123"))
    ''
    """
    number, file = getattr(error, "errno", None), _final_path(str(getattr(error, "filename", None) or ""))
    if number in (errno.ENOSPC, errno.EDQUOT) or _DISK_FULL in str(error):
        place = Message(" where {file} belongs", file=file) if file else ""
        return Message(
            "the disk is full{place}; free some space and run the command again, nothing half-done is left", place=place
        )
    if number in _DISK_ERROR or "Input/output error" in str(error):
        return Message(
            "the disk or network drive{place} reports an error ({error}); nothing half-done is left, run the command "
            "again when it works",
            place=Message(" of {file}", file=file) if file else "",
            error=os.strerror(number or errno.EIO),
        )
    if number == errno.EFBIG:
        return Message("the file would be larger than this system allows; nothing half-done is left")
    if number in _MAY_NOT and file:
        return Message(
            "attrition may not write or read {file}; close it elsewhere, or let this user write to its folder",
            file=file,
        )
    if number in _IN_THE_WAY and file:
        return Message(
            "{file} is in the way: a folder and a file need the same name there; move or rename it",
            file=_obstacle(file),
        )
    if any(kind.__name__ in _NO_MEMORY for kind in type(error).__mro__):
        return Message("the memory is not enough; close other programs, or run the command on a machine with more")
    return Message("")


def _final_path(file: str) -> str:
    """Return the path at which a file is to appear, for one that `attrition.data.atomic` writes in a hidden folder."""
    return re.sub(r"\.([^/\\]+)\.part-.*", r"\1", file)


def _obstacle(file: str) -> str:
    """Return the file that stands where a folder of the path belongs, or the path where there is none."""
    return next((str(folder) for folder in Path(file).parents if folder.is_file()), file)
