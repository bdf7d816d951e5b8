"""The page of a driver's passkeys: which there are, adding, naming and removing one."""

from contextlib import suppress
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.infra.limits import take
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.people.identity.passkeys.add import add_passkey
from app.people.identity.passkeys.begin import CEREMONIES_PER_NETWORK, begin_adding
from app.people.identity.passkeys.errors import (
    PasskeyNameInvalid,
    PasskeyNotFound,
    PasskeyRefused,
)
from app.people.identity.passkeys.manage import name_passkey, passkeys_of, remove_passkey
from app.web.answers import private_page, see_other
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.drivers.frame import frame_of
from app.web.pages import Pages
from app.web.passkeys.drawing import PasskeysPage, render_passkeys
from app.web.passkeys.here import answered, no_question, party_of, question, script_for
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin


@get("/me/{slug:str}/passkeys", include_in_schema=False)
async def passkeys_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show the driver's passkeys, or lead to signing in."""
    visitor = await visitor_at(request, slug, pages)
    if visitor.driver is None:
        return visitor.remembered(see_other(f"/me/{visitor.operator.slug}"), pages)
    return visitor.remembered(await _answer(request, visitor, pages), pages)


@post("/me/{slug:str}/passkeys/question", include_in_schema=False)
async def ask_for_new_passkey(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Answer what asks the browser to make a passkey for the driver."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, CEREMONIES_PER_NETWORK, host_of(request))
    visitor = await visitor_at(request, slug, pages)
    driver, operator = signed_in(visitor), visitor.operator
    begun = await begin_adding(
        driver.driver_id,
        party_of(request, operator, pages),
        operator_id=operator.operator_id,
        database=pages.desk.database,
    )
    return visitor.remembered(question(begun, operator, pages.config), pages)


@post("/me/{slug:str}/passkeys", include_in_schema=False)
async def add_passkey_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Keep the passkey that the browser has made, called as the browser is."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver, operator = signed_in(visitor), visitor.operator
    try:
        await add_passkey(
            await answered(request, operator),
            party_of(request, operator, pages),
            driver_id=driver.driver_id,
            operator_id=operator.operator_id,
            database=pages.desk.database,
        )
    except PasskeyRefused as problem:
        return visitor.remembered(await _answer(request, visitor, pages, problem), pages)
    answer = _back(visitor)
    answer.set_cookie(no_question(operator, pages.config))
    return visitor.remembered(answer, pages)


@post("/me/{slug:str}/passkeys/{passkey_id:uuid}/name", include_in_schema=False)
async def name_passkey_form(
    request: AnyRequest,
    slug: FromPath[str],
    passkey_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Call a passkey what the driver wants to call it."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver, name = signed_in(visitor), (await request.form()).get("name")
    try:
        await name_passkey(
            passkey_id,
            name if isinstance(name, str) else "",
            driver_id=driver.driver_id,
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    except (PasskeyNameInvalid, PasskeyNotFound) as problem:
        return visitor.remembered(await _answer(request, visitor, pages, problem), pages)
    return visitor.remembered(_back(visitor), pages)


@post("/me/{slug:str}/passkeys/{passkey_id:uuid}/remove", include_in_schema=False)
async def remove_passkey_form(
    request: AnyRequest,
    slug: FromPath[str],
    passkey_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Let a passkey sign nobody in any more; pressing twice removes it once."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    with suppress(PasskeyNotFound):
        await remove_passkey(
            passkey_id,
            driver_id=driver.driver_id,
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    return visitor.remembered(_back(visitor), pages)


def _back(visitor: Visitor) -> Response[bytes]:
    return see_other(f"/me/{visitor.operator.slug}/passkeys")


async def _answer(
    request: AnyRequest, visitor: Visitor, pages: Pages, problem: Problem | None = None
) -> Response[bytes]:
    driver, operator = signed_in(visitor), visitor.operator
    own = await passkeys_of(
        driver.driver_id, operator_id=driver.operator_id, database=pages.desk.database
    )
    script = script_for(request, operator, pages)
    frame = await frame_of(request, visitor, pages)
    page = render_passkeys(PasskeysPage(frame, tuple(own), script, problem))
    status = 200 if problem is None else STATUS[problem.kind]
    return private_page(request, page, pages.config, status=status)
