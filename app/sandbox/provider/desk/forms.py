"""Orders to the desk, as JSON from a program or as a form from a page, and the answers."""

from typing import Final, TypeVar

import msgspec
from litestar import Response
from litestar.response import Redirect

from app.sandbox.provider.book.model import Refusal
from app.sandbox.provider.exchange import Asked

JSON: Final = "application/json"
Reply = Response[bytes] | Redirect
T = TypeVar("T")


async def read(request: Asked, wanted: type[T]) -> T:
    """Return the JSON or the form of *request*; raise Refusal when it does not fit."""
    try:
        if is_form(request):
            return msgspec.convert(dict(await request.form()), wanted, strict=False)
        return msgspec.json.decode(await request.body(), type=wanted)
    except msgspec.MsgspecError as error:
        raise Refusal(422, str(error)) from error


def done(request: Asked, facts: object = None) -> Reply:
    """Answer that it is done: a form goes back to the desk."""
    if is_form(request):
        return Redirect("/", status_code=303)
    return json(facts if facts is not None else {"done": True})


def refused(no: Refusal) -> Reply:
    """Answer why it is not done."""
    return json({"detail": no.detail}, no.status)


def is_form(request: Asked) -> bool:
    """Tell whether *request* comes from a page."""
    return request.content_type[0] == "application/x-www-form-urlencoded"


def json(value: object, status: int = 200) -> Response[bytes]:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), status_code=status, media_type=JSON)
