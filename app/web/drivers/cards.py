"""The page of a driver's cards: which there are, adding one, blocking one, cars."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.charging.tokens.errors import CardRefused
from app.directpay.cards.mine import add_card, block_card, cards_of
from app.directpay.errors import VehicleRefused
from app.directpay.vehicles.agree import agree, offers_for, take_back
from app.infra.limits import TooManyRequests
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.web.answers import private_page, see_other
from app.web.drawing.cards_page import CardsPage, render_cards
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.drivers.frame import frame_of
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin

_MOST_TYPED: Final = 80


@get("/me/{slug:str}/cards", include_in_schema=False)
async def cards_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show the driver's cards and running sessions; who is not signed in signs in first."""
    visitor = await visitor_at(request, slug, pages)
    if visitor.driver is None:
        answer = see_other(f"/me/{visitor.operator.slug}?next=/me/{visitor.operator.slug}/cards")
        return visitor.remembered(answer, pages)
    return visitor.remembered(await _answer(request, visitor, pages), pages)


@post("/me/{slug:str}/cards", include_in_schema=False)
async def add_card_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Make a card the driver's."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    form = await request.form()
    number, code = (str(form.get(name) or "")[:_MOST_TYPED] for name in ("number", "code"))
    try:
        await add_card(driver, number, code, desk=pages.desk)
    except (CardRefused, TooManyRequests) as problem:
        return visitor.remembered(await _answer(request, visitor, pages, problem, number), pages)
    return visitor.remembered(see_other(f"/me/{visitor.operator.slug}/cards"), pages)


@post("/me/{slug:str}/cards/{token_id:uuid}/block", include_in_schema=False)
async def block_card_form(
    request: AnyRequest,
    slug: FromPath[str],
    token_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Block a card that was lost."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    await block_card(signed_in(visitor), token_id, desk=pages.desk)
    return visitor.remembered(see_other(f"/me/{visitor.operator.slug}/cards"), pages)


@post("/me/{slug:str}/cars", include_in_schema=False)
async def agree_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Let the car of the driver's last session start by itself."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    form = await request.form()
    try:
        session_id = UUID(str(form.get("session") or ""))
        await agree(driver, session_id, str(form.get("words") or ""), desk=pages.desk)
    except ValueError as wrong:
        raise VehicleRefused("the form names no session") from wrong
    return visitor.remembered(see_other(f"/me/{visitor.operator.slug}/cards"), pages)


@post("/me/{slug:str}/cars/{token_id:uuid}/remove", include_in_schema=False)
async def take_back_form(
    request: AnyRequest,
    slug: FromPath[str],
    token_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Let a car start by itself no more."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    await take_back(signed_in(visitor), token_id, desk=pages.desk)
    return visitor.remembered(see_other(f"/me/{visitor.operator.slug}/cards"), pages)


async def _answer(
    request: AnyRequest,
    visitor: Visitor,
    pages: Pages,
    problem: Problem | None = None,
    typed: str = "",
) -> Response[bytes]:
    driver = signed_in(visitor)
    found = await cards_of(driver, desk=pages.desk)
    offers = await offers_for(driver, desk=pages.desk)
    frame = await frame_of(request, visitor, pages)
    page = CardsPage(frame, found, offers, problem, typed)
    status = 200 if problem is None else STATUS[problem.kind]
    return private_page(request, render_cards(page), pages.config, status=status)
