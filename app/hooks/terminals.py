"""What terminals tell by themselves: a hint to look at them, and nothing else."""

from http import HTTPStatus

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from app.funds.payments.desk import PaymentDesk
from app.funds.terminals.hear import hear
from app.hooks.payments import MAX_BODY_BYTES

MAX_DEVICES = 20


@post(
    "/webhooks/{provider:str}/{account_token:str}/terminals",
    status_code=HTTPStatus.OK,
    media_type=MediaType.TEXT,
    request_max_body_size=MAX_BODY_BYTES,
    include_in_schema=False,
)
async def terminal_webhook(
    request: Request[None, None, State],
    provider: FromPath[str],
    account_token: FromPath[str],
    payment_desk: NamedDependency[PaymentDesk],
) -> Response[str]:
    """
    Look at the terminal that tells something, in a job; nobody signs it, so nothing is believed.

    The same answer for whatever is unknown: nobody learns what exists here.
    """
    devices = payment_desk.devices.get(provider)
    if devices is not None:
        named = devices.devices_in(await request.body())[:MAX_DEVICES]
        await hear(provider, account_token, named, desk=payment_desk)
    return Response("", media_type=MediaType.TEXT)
