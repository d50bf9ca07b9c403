"""The options of a url, each under the name that the driver has for it."""

from __future__ import annotations

from collections.abc import Mapping

from attrition.data.databases.address import Address
from attrition.data.faults import Refused
from attrition.data.phrase import Phrase
from attrition.errors import did_you_mean


def driver_options(address: Address, names: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a url's options by the driver's names; `names` maps the url's names to those.

    Raises
    ------
    Refused
        An option has another name.

    Examples
    --------
    >>> driver_options(Address(scheme="x", options={"role": "hr"}), {"role": "adbc.snowflake.sql.role"})
    {'adbc.snowflake.sql.role': 'hr'}
    """
    unknown = [name for name in address.options if name not in names]
    if unknown:
        raise Refused(
            Phrase("unknown option in the url", "url 中含有未知选项"),
            Phrase(
                "there are {names}{nearest}",
                "可用选项：{names}{nearest}",
                names=", ".join(sorted(names)),
                nearest=did_you_mean(unknown[0], names),
            ),
        )
    return {names[name]: value for name, value in address.options.items()}
