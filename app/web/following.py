"""The session page: look, follow, stop, and the way back from the provider."""

from dataclasses import replace
from typing import cast

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ASGIApp

from app.directpay.attempts.again import pay_again
from app.directpay.command import stop
from app.directpay.desk import PAYMENTS_PER_NETWORK, find, live_topic, may_control
from app.directpay.errors import NotYours
from app.directpay.follow.show import journey_view, returned
from app.directpay.model import Journey
from app.directpay.money.add import add_to_hold
from app.directpay.views import JourneyView
from app.infra.i18n import current_language
from app.infra.limits import take
from app.web.answers import private_page, see_other, to_provider
from app.web.drawing.app.frame import Frame
from app.web.drawing.assets import script
from app.web.drawing.session_forms import NO_MISTAKES, Mistakes
from app.web.drawing.session_page import Viewer, render_session
from app.web.drivers.account import Visitor, visitor_here
from app.web.drivers.frame import frame_of
from app.web.hosts import at_home
from app.web.language import choose_language
from app.web.pages import Pages, presented_control, tickets_of
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin
from app.web.streams.rooms import Door
from app.web.tickets import Ticket, language_cookie, ticket_cookie


@get("/s/{token:str}", include_in_schema=False)
async def session_page(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show where the journey stands; the signed link of the mail brings the right to stop."""
    link = request.query_params.get("k")
    if link is not None:
        return await _enter_by_link(request, token, link, pages)
    answer = await session_answer(request, token, pages)
    if request.query_params.get("lang") == current_language():
        answer.set_cookie(language_cookie(current_language(), pages.config))
    return answer


@get("/s/{token:str}/back", include_in_schema=False)
async def back_from_provider(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Ask the provider how it stands, which alone decides, and show the session."""
    await returned(token, dict(request.query_params), desk=pages.desk)
    return see_other(f"/s/{token}")


@get("/s/{token:str}/events", include_in_schema=False)
async def session_events(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> ASGIApp:
    """Follow the journey as server-sent events; the whole state comes first."""
    journey = await find(token, desk=pages.desk)
    presented = presented_control(request, token)
    control = presented is not None and may_control(journey.journey_id, presented, desk=pages.desk)

    async def read() -> JourneyView:
        return await journey_view(token, desk=pages.desk)

    address = pages.address(token, journey.operator_id)
    door = Door(live_topic(journey.journey_id), token, address, read)
    stream = pages.rooms.stream(
        door, language=current_language(), control=control, host=host_of(request)
    )
    # Starlette and Litestar describe the same protocol by different types.
    return cast("ASGIApp", stream)


@post("/s/{token:str}/stop", include_in_schema=False)
async def stop_form(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Stop the session, or give up a journey that has not begun to charge."""
    await require_control(request, token, pages)
    await stop(token, desk=pages.desk)
    return see_other(f"/s/{token}")


@post("/s/{token:str}/add", include_in_schema=False)
async def add_form(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Add to what is held for the session; the provider's page may ask the driver to agree."""
    await require_control(request, token, pages)
    await take(pages.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    key = (await request.form()).get("key")
    added = await add_to_hold(token, key if isinstance(key, str) else "", desk=pages.desk)
    if added.checkout_url is None:
        return see_other(f"/s/{token}")
    return to_provider(request, added.checkout_url, pages.config)


@post("/s/{token:str}/pay", include_in_schema=False)
async def again_form(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Pay the session in another way, and go to the provider's page."""
    await require_control(request, token, pages)
    await take(pages.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    form = await request.form()
    method, key = (str(form.get(name) or "") for name in ("method", "key"))
    checkout_url = await pay_again(token, method, key, desk=pages.desk)
    if checkout_url is None:
        return see_other(f"/s/{token}")
    return to_provider(request, checkout_url, pages.config)


async def require_control(request: AnyRequest, token: str, pages: Pages) -> None:
    """Let only the payer's own browser, on our own page, do this; raise NotYours, ForeignForm."""
    check_same_origin(request.headers, pages.config)
    if not await is_payer(request, token, pages):
        raise NotYours("this browser did not pay for the session")


async def is_payer(request: AnyRequest, token: str, pages: Pages) -> bool:
    """Tell whether this browser paid for the session. Raises JourneyNotFound."""
    return _is_payer(request, token, await find(token, desk=pages.desk), pages)


def _is_payer(request: AnyRequest, token: str, journey: Journey, pages: Pages) -> bool:
    presented = presented_control(request, token)
    return presented is not None and may_control(journey.journey_id, presented, desk=pages.desk)


async def session_answer(
    request: AnyRequest,
    token: str,
    pages: Pages,
    *,
    mistakes: Mistakes = NO_MISTAKES,
    status: int = 200,
) -> Response[bytes]:
    """Return the session page for this browser, with what was wrong with a form just sent."""
    journey = await find(token, desk=pages.desk)
    at_home(request, journey.operator_id, pages.desk.hosts)
    control = _is_payer(request, token, journey, pages)
    view = await journey_view(token, desk=pages.desk)
    choose_language(request, view.brand.languages)
    address = pages.address(token, journey.operator_id)
    key = pages.desk.push_keys.public
    visitor = await visitor_here(request, view.brand.slug, pages)
    frame = await _frame(request, token, visitor, pages)
    viewer = Viewer(token, address, control, key, frame, keeping=journey.driver_id is None)
    page = render_session(view, viewer, script=script().path, mistakes=mistakes)
    answer = private_page(request, page, pages.config, status=status)
    return answer if visitor is None else visitor.remembered(answer, pages)


async def _frame(
    request: AnyRequest, token: str, visitor: Visitor | None, pages: Pages
) -> Frame | None:
    """Return the app's frame for a driver who is signed in, with what runs elsewhere."""
    if visitor is None or visitor.driver is None:
        return None
    frame = await frame_of(request, visitor, pages)
    elsewhere = tuple(each for each in frame.running if each.token != token)
    return replace(frame, running=elsewhere)


async def _enter_by_link(
    request: AnyRequest, token: str, control: str, pages: Pages
) -> Response[bytes]:
    """Keep the right to stop in the cookie, and go to the address without it."""
    journey = await find(token, desk=pages.desk)
    at_home(request, journey.operator_id, pages.desk.hosts)
    if not may_control(journey.journey_id, control, desk=pages.desk):
        return see_other(f"/s/{token}")
    cookie = ticket_cookie(Ticket(token, control), tickets_of(request), pages.config)
    return see_other(f"/s/{token}", cookie)
