"""Which function answers which call: by role, module and method."""

from collections.abc import Mapping
from typing import Final

from app.hooks.ocpi.call import Handler
from app.hooks.ocpi.credentials import (
    delete_credentials,
    get_credentials,
    post_credentials,
    put_credentials,
)

# The credentials have one address, so no role stands before them.
CREDENTIALS: Final[Mapping[str, Handler]] = {
    "GET": get_credentials,
    "POST": post_credentials,
    "PUT": put_credentials,
    "DELETE": delete_credentials,
}
ROUTES: Final[Mapping[tuple[str, str], Mapping[str, Handler]]] = {
    ("", "credentials"): CREDENTIALS,
}
