"""The page on which a driver signs in, with a code that comes by mail, and out again."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.infra.i18n import current_language
from app.infra.limits import take
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.people.identity.drivers.begin import CODES_PER_NETWORK, begin_sign_in
from app.people.identity.drivers.errors import NotAnAddress, SignInRefused, TooManyCodes
from app.people.identity.drivers.finish import TRIES_PER_NETWORK, Entry, finish_sign_in
from app.people.identity.drivers.leave import sign_out, sign_out_everywhere
from app.people.identity.drivers.read import open_sign_in
from app.people.identity.list_all import list_operators
from app.web.answers import private_page, see_other
from app.web.drawing.me_page import MePage, OtherWays, render_me
from app.web.drivers.account import Visitor, visitor_at
from app.web.drivers.browsers import browser_of
from app.web.drivers.cookies import (
    account_cookie,
    account_secret,
    no_account,
    no_waiting,
    slugs_of,
    waiting_cookie,
    waiting_secret,
)
from app.web.drivers.frame import frame_of
from app.web.openid.offer import other_ways
from app.web.pages import Pages
from app.web.problems import ProblemPages
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin
from app.web.tickets import language_cookie

# Where signing in may lead back to: the page of a code or a session, or the driver's own.
_BACK: Final = re.compile(
    r"/(c/[0-9A-Za-z-]{1,40}|s/[0-9A-Za-z_-]{1,60}|(me|wallet|app)/[a-z0-9-]{2,40}(/[a-z]{2,20}(/[0-9A-Za-z_.-]{1,36})?)?)"
)
_MOST_TYPED: Final = 320


@get("/me", include_in_schema=False)
async def me_anywhere(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Lead to the operator at which this browser is signed in, or to the only one there is."""
    slugs = slugs_of(request, pages.config)
    if not slugs:
        slugs = [each.slug for each in await list_operators(database=pages.desk.database)]
        slugs = slugs if len(slugs) == 1 else []
    if not slugs:
        return ProblemPages(pages.config, lambda: pages.desk.hosts).not_found(request)
    return see_other(f"/me/{quote(slugs[0], safe='')}")


@get("/me/{slug:str}", include_in_schema=False)
async def me_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show who is signed in, or how to sign in."""
    visitor = await visitor_at(request, slug, pages)
    back = back_of(request.query_params)
    if visitor.driver is None and request.query_params.get("again") is None:
        waits = await _waiting_for(request, visitor, pages)
    else:
        waits = ""
    frame = await frame_of(request, visitor, pages)
    ways = OtherWays() if visitor.driver else await other_ways(request, visitor.operator, pages)
    page = MePage(frame, visitor.driver, waits, back, ways=ways)
    answer = private_page(request, render_me(page), pages.config)
    if request.query_params.get("lang") == current_language():
        answer.set_cookie(language_cookie(current_language(), pages.config))
    return visitor.remembered(answer, pages)


@post("/me/{slug:str}/code", include_in_schema=False)
async def code_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Mail a code to the address that was typed; the answer is the same for every address."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, CODES_PER_NETWORK, host_of(request))
    visitor = await visitor_at(request, slug, pages)
    form = await request.form()
    typed, operator = _typed(form, "email"), visitor.operator
    try:
        secret = await begin_sign_in(
            typed,
            current_language(),
            operator_id=operator.operator_id,
            database=pages.desk.database,
        )
    except (NotAnAddress, TooManyCodes) as problem:
        frame = await frame_of(request, visitor, pages)
        ways = await other_ways(request, operator, pages)
        page = MePage(frame, None, "", back_of(form), typed, problem, ways)
        return _again(request, page, problem, pages)
    address = f"/me/{operator.slug}?next={quote(back_of(form), safe='/')}"
    return see_other(address, waiting_cookie(operator.slug, secret, pages.config))


@post("/me/{slug:str}/sign-in", include_in_schema=False)
async def sign_in_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Sign the browser in when the code is right."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, TRIES_PER_NETWORK, host_of(request))
    visitor = await visitor_at(request, slug, pages)
    form = await request.form()
    operator, secrets = visitor.operator, pages.desk.secrets
    try:
        welcome = await finish_sign_in(
            Entry(
                waiting_secret(request, operator.slug, pages.config),
                _typed(form, "code"),
                browser_of(request),
            ),
            keys=(secrets.key, *secrets.former),
            operator_id=operator.operator_id,
            database=pages.desk.database,
        )
    except SignInRefused as problem:
        waits = await _waiting_for(request, visitor, pages)
        frame = await frame_of(request, visitor, pages)
        page = MePage(frame, None, waits, back_of(form), problem=problem)
        return _again(request, page, problem, pages)
    return see_other(
        back_of(form) or f"/me/{operator.slug}",
        account_cookie(operator.slug, welcome.secret, pages.config),
        no_waiting(operator.slug, pages.config),
    )


@post(["/me/{slug:str}/sign-out", "/me/{slug:str}/sign-out-everywhere"], include_in_schema=False)
async def sign_out_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Sign this browser out, or all browsers of its driver."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    leave = sign_out_everywhere if request.url.path.endswith("everywhere") else sign_out
    operator = visitor.operator
    # The secret may have changed with this very request.
    secret = visitor.new_secret or account_secret(request, operator.slug, pages.config)
    await leave(secret, operator_id=operator.operator_id, database=pages.desk.database)
    return see_other(f"/me/{operator.slug}", no_account(operator.slug, pages.config))


async def _waiting_for(request: AnyRequest, visitor: Visitor, pages: Pages) -> str:
    """Return the address to which this browser had a code sent that is still good, or ""."""
    secret = waiting_secret(request, visitor.operator.slug, pages.config)
    if not secret:
        return ""
    found = await open_sign_in(
        secret, operator_id=visitor.operator.operator_id, database=pages.desk.database
    )
    return "" if found is None else found.email


def _again(request: AnyRequest, page: MePage, problem: Problem, pages: Pages) -> Response[bytes]:
    status = STATUS[problem.kind]
    return private_page(request, render_me(page), pages.config, status=status)


def _typed(form: Mapping[str, object], name: str) -> str:
    value = form.get(name)
    return value.strip()[:_MOST_TYPED] if isinstance(value, str) else ""


def back_of(given: Mapping[str, object]) -> str:
    """Return where signing in leads back to, "" for nowhere that we would lead to."""
    asked = given.get("next")
    return asked if isinstance(asked, str) and _BACK.fullmatch(asked) else ""
