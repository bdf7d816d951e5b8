"""A driver's account: its name, all that is known of its driver, and its end."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.errors import CreditLeft, SessionUnderWay
from app.directpay.owned.erase import leave
from app.infra.statuses import STATUS
from app.people.identity.drivers.profile.change import name_driver
from app.web.answers import private_file, private_page, see_other
from app.web.drawing.me_page import MePage, render_me
from app.web.drivers.account import caller_of, signed_in, visitor_at
from app.web.drivers.cookies import no_account
from app.web.drivers.frame import frame_of
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin


@get("/me/{slug:str}/data", include_in_schema=False)
async def data_download(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return all that is known of the driver as a file. Raises NotSignedIn."""
    visitor = await visitor_at(request, slug, pages)
    data = await pages.data_file(caller_of(visitor))
    today = pages.desk.database.clock.now().date()
    name = f"{visitor.operator.slug}-{today}.json"
    answer = private_file(data, name, "application/json")
    return visitor.remembered(answer, pages)


@post("/me/{slug:str}/forget", include_in_schema=False)
async def forget_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Forget the driver, who has said to be sure, or say what has to be done first."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver, operator = signed_in(visitor), visitor.operator
    if (await request.form()).get("sure") != "yes":
        return see_other(f"/me/{operator.slug}")
    try:
        await leave(driver.driver_id, operator_id=operator.operator_id, desk=pages.desk)
    except (SessionUnderWay, CreditLeft) as problem:
        frame = await frame_of(request, visitor, pages)
        page = render_me(MePage(frame, driver, problem=problem))
        answer = private_page(request, page, pages.config, status=STATUS[problem.kind])
        return visitor.remembered(answer, pages)
    return see_other(f"/me/{operator.slug}", no_account(operator.slug, pages.config))


@post("/me/{slug:str}/name", include_in_schema=False)
async def own_name_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Call the driver what was typed. Raises DriverNameInvalid, which our own form prevents."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver, database = signed_in(visitor), pages.desk.database
    typed = (await request.form()).get("name")
    name = typed if isinstance(typed, str) else ""
    await name_driver(driver.driver_id, name, operator_id=driver.operator_id, database=database)
    return visitor.remembered(see_other(f"/me/{visitor.operator.slug}"), pages)
