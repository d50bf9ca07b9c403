"""The scoring service of a workspace: the champion behind plain JSON over HTTP, until stopped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.steps.champion import VersionedModel


def serve_champion(champion: VersionedModel, *, host: str, port: int) -> None:
    """Answer requests with a model; other machines are let in only with a token from the environment.

    Parameters
    ----------
    champion : VersionedModel
        The model that answers, and the version that each reply names.
    host : str
        Address to listen on.
    port : int
        Port to listen on.

    Raises
    ------
    UserError
        The address lets other machines in and no token is set.
    """
    from attrition.predict.service import TOKEN_VARIABLE, allowed_hosts, application, serve

    token = os.environ.get(TOKEN_VARIABLE)
    hosts = allowed_hosts(host, token)
    app = application(champion.fitted, version=champion.version, token=token, hosts=hosts)
    serve(app, host=host, port=port)
