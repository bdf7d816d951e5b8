"""Webhooks of payment providers: store, enqueue, answer, and nothing else."""

from http import HTTPStatus

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.receive import Webhook, receive_webhook
from app.funds.payments.inbox.told.receive import Delivery, receive_notices

# Adyen sends some items in one; a classic webhook of Mollie is one short form field.
MAX_BODY_BYTES = 131_072
MAX_PAYMENTS = 20


@post(
    "/webhooks/{provider:str}/{account_token:str}",
    status_code=HTTPStatus.OK,
    media_type=MediaType.TEXT,
    request_max_body_size=MAX_BODY_BYTES,
    include_in_schema=False,
)
async def payment_webhook(
    request: Request[None, None, State],
    provider: FromPath[str],
    account_token: FromPath[str],
    payment_desk: NamedDependency[PaymentDesk],
) -> Response[str]:
    """
    Store what a provider tells or hints at, and answer 202 to the one and 200 to the other.

    The same answer for an unknown provider, account or payment: nobody learns what exists here.
    Signed items are kept, whatever they say; a hint is believed by nobody, and one with a wrong
    signature is not even followed: the payment is read at the provider by a job.
    """
    body = await request.body()
    known = payment_desk.providers.get(provider)
    if known is not None and known.signs_webhooks:
        delivery = Delivery(provider, account_token, body)
        await receive_notices(delivery, desk=payment_desk)
        return Response("", status_code=HTTPStatus.ACCEPTED, media_type=MediaType.TEXT)
    if known is not None:
        headers = {name: ", ".join(request.headers.getall(name)) for name in request.headers}
        references = known.parse_webhook(headers, body)[:MAX_PAYMENTS]
        webhook = Webhook(provider, account_token, references, body, known.signature_of(headers))
        await receive_webhook(webhook, desk=payment_desk)
    return Response("", media_type=MediaType.TEXT)
