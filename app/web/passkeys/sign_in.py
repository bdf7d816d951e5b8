"""Signing in with a passkey: the browser is asked for one, and sends it as a form."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.infra.limits import take
from app.infra.statuses import STATUS
from app.people.identity.drivers.finish import TRIES_PER_NETWORK
from app.people.identity.passkeys.begin import CEREMONIES_PER_NETWORK, begin_showing
from app.people.identity.passkeys.errors import PasskeyRefused
from app.people.identity.passkeys.show import sign_in_with
from app.web.answers import private_page, see_other
from app.web.drawing.me_page import MePage, render_me
from app.web.drivers.account import visitor_at
from app.web.drivers.cookies import account_cookie
from app.web.drivers.frame import frame_of
from app.web.drivers.sign_in import back_of
from app.web.openid.offer import other_ways
from app.web.pages import Pages
from app.web.passkeys.here import answered, no_question, party_of, question
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin


@post("/me/{slug:str}/passkey/question", include_in_schema=False)
async def ask_for_passkey(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Answer what asks the browser for a passkey, whichever it has for this address."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, CEREMONIES_PER_NETWORK, host_of(request))
    operator = (await visitor_at(request, slug, pages)).operator
    begun = await begin_showing(
        party_of(request, operator, pages),
        operator_id=operator.operator_id,
        database=pages.desk.database,
    )
    return question(begun, operator, pages.config)


@post("/me/{slug:str}/passkey", include_in_schema=False)
async def passkey_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Sign the browser in whose passkey is one of the operator's drivers'."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, TRIES_PER_NETWORK, host_of(request))
    visitor = await visitor_at(request, slug, pages)
    operator = visitor.operator
    back = back_of(await request.form())
    try:
        welcome = await sign_in_with(
            await answered(request, operator),
            party_of(request, operator, pages),
            operator_id=operator.operator_id,
            database=pages.desk.database,
        )
    except PasskeyRefused as problem:
        ways = await other_ways(request, operator, pages)
        frame = await frame_of(request, visitor, pages)
        page = MePage(frame, None, "", back, problem=problem, ways=ways)
        status = STATUS[problem.kind]
        return private_page(request, render_me(page), pages.config, status=status)
    return see_other(
        back or f"/me/{operator.slug}",
        account_cookie(operator.slug, welcome.secret, pages.config),
        no_question(operator, pages.config),
    )
