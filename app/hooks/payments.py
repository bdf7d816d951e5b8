"""Webhooks of payment providers: store, enqueue, answer, and nothing else."""

from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.receive import Webhook, receive_webhook

# A classic webhook of Mollie is one short form field; nothing that means us well is larger.
MAX_BODY_BYTES = 16_384
MAX_PAYMENTS = 20


@post(
    "/webhooks/{provider:str}/{account_token:str}",
    status_code=200,
    media_type=MediaType.TEXT,
    request_max_body_size=MAX_BODY_BYTES,
    include_in_schema=False,
)
async def payment_webhook(
    request: Request[None, None, State],
    provider: FromPath[str],
    account_token: FromPath[str],
    payment_desk: NamedDependency[PaymentDesk],
) -> str:
    """
    Store what a provider hints at and answer 200.

    The same answer for an unknown provider, account or payment: nobody learns what exists here.
    A hint is believed by nobody: the payment is read at the provider by a job.
    """
    body = await request.body()
    known = payment_desk.providers.get(provider)
    if known is not None:
        references = known.parse_webhook(dict(request.headers), body)[:MAX_PAYMENTS]
        webhook = Webhook(provider, account_token, references, body)
        await receive_webhook(webhook, database=payment_desk.database)
    return ""
