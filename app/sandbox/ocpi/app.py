"""The played platform over HTTP: OCPI for its partner, and a control plane for its people."""

from decimal import Decimal
from typing import Any

from litestar import HttpMethod, Litestar, Request, Response, post, route
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.enums import MediaType
from litestar.params import FromPath, JSONBody

from app.sandbox.ocpi.book import Json
from app.sandbox.ocpi.platform import Platform, behave
from app.sandbox.ocpi.wire import dump, envelope, load, stamp, token_of

_METHODS = [
    HttpMethod.GET,
    HttpMethod.POST,
    HttpMethod.PUT,
    HttpMethod.PATCH,
    HttpMethod.DELETE,
]
_SENDER = ("locations", "tariffs", "sessions", "cdrs")
_TERMINALS = "payments/terminals"
_RECEIVER = (
    *("commands", "tokens", "locations", "tariffs", "sessions", "cdrs"),
    "invoicereconciliation",
)
_PAGE = 2


def create_platform(platform: Platform) -> Litestar:
    """Return the application of *platform*."""
    return Litestar(
        route_handlers=[invite, pair, publish, manners, car, status, ocpi],
        dependencies={"platform": Provide(lambda: platform, sync_to_thread=False)},
        openapi_config=None,
    )


@post("/control/invite")
async def invite(platform: NamedDependency[Platform]) -> dict[str, str]:
    """Make token A for somebody who will register here."""
    return {"token": platform.invite(), "url": f"{platform.base_url}/versions"}


@post("/control/pair")
async def pair(platform: NamedDependency[Platform], data: JSONBody[dict[str, str]]) -> None:
    """Register at a platform with its token A."""
    await platform.register_at(data["url"], data["token"])


@post("/control/publish")
async def publish(platform: NamedDependency[Platform]) -> None:
    """Push tariffs and locations."""
    await platform.publish()


@post("/control/manners")
async def manners(platform: NamedDependency[Platform], data: JSONBody[dict[str, Any]]) -> None:
    """Say how the platform behaves."""
    behave(platform.book.manners, data)


@post("/control/status/{uid:str}/{word:str}")
async def status(
    platform: NamedDependency[Platform], uid: FromPath[str], word: FromPath[str]
) -> None:
    """Let an EVSE have another status."""
    await platform.reports(uid, word)


@post("/control/car/{deed:str}")
async def car(
    platform: NamedDependency[Platform], deed: FromPath[str], data: JSONBody[dict[str, str]]
) -> None:
    """Let the car of the newest session do something: plug in, charge, end."""
    number = platform.newest()
    match deed:
        case "plug-in":
            await platform.plugs_in(number)
        case "charge":
            await platform.charges(number, Decimal(data["kwh"]))
        case _:
            await platform.ends(number)


@route("/{path:path}", http_method=_METHODS)
async def ocpi(
    request: Request[None, None, State], platform: NamedDependency[Platform], path: FromPath[str]
) -> Response[bytes]:
    """Answer the partner."""
    book, now = platform.book, platform.clock.now()
    token = token_of(request.headers.get("authorization", ""), book)
    known = {book.partner.ours, book.partner.invitation} - {""}
    if token not in known:
        return _answer(envelope(None, now, status=2001, message="who is that?"), 401)
    parts = path.strip("/").split("/")
    body = load(await request.body()) if request.method in ("POST", "PUT", "PATCH") else {}
    page = int(request.query_params.get("offset", "0"))
    if book.manners.is_broken:
        return _answer(envelope(None, now, status=3000, message="not today"), 500)
    data, headers = await _data(platform, request.method, parts, body, page)
    is_missing = request.method == "GET" and data is None
    status = int(headers.pop("X-Status", "404" if is_missing else "200"))
    return _answer(envelope(data, now), status, headers)


async def _data(  # noqa: C901, PLR0911, PLR0912 - a table of addresses
    platform: Platform, method: str, parts: list[str], body: Json, page: int
) -> tuple[Any, dict[str, str]]:
    book, base = platform.book, platform.base_url
    match method, parts:
        case "GET", ["versions"]:
            return [{"version": book.version, "url": f"{base}/{book.version}"}], {}
        case "GET", [version] if version == book.version:
            return {"version": book.version, "endpoints": _endpoints(base)}, {}
        case "POST" | "PUT", ["credentials"]:
            return await platform.accept(body), {}
        case "DELETE", ["credentials"]:
            book.partner.ours = ""
            return None, {}
        case "POST", ["commands", kind]:
            return {"result": _commanded(platform, kind, body), "timeout": 30}, {}
        case "POST", ["tokens", uid, "authorize"]:
            return platform.authorises(uid), {}
        case "POST" | "PATCH", ["payments", "terminals", name, *_] if name != "":
            book.posted.append((f"{method} {'/'.join(parts)}", body))
            return _terminal(platform, body.get("terminal_id", name), body), {}
        case "GET", ["tokens"]:
            return [platform.driver()], {}
        case "GET", [module] if module in _SENDER:
            return _listed(platform, module, page)
        case "GET", _:
            own = {_TERMINALS: book.terminals}
            return {**book.told, **own}.get("/".join(parts)), {}
        case "PATCH", _ if "/".join(parts[:4]) not in book.told:
            return None, {"X-Status": "404"}
        case "POST", ["cdrs"]:
            address = f"cdrs/{body['country_code']}/{body['party_id']}/{body['id']}"
            book.posted.append(("POST cdrs", body))
            book.told[address] = body
            return None, {"Location": f"{base}/{address}"}
        case _:
            book.posted.append((f"{method} {'/'.join(parts)}", body))
            book.told["/".join(parts)] = body
            return None, {}


def _terminal(platform: Platform, number: str, news: Json) -> Json:
    """Change a terminal, or make it, and return it as it is then."""
    known = platform.book.terminals
    found = next((one for one in known if one["terminal_id"] == number), None)
    if found is None:
        known.append(found := {"terminal_id": number})
    found |= {"last_updated": stamp(platform.clock.now()), **news}
    return found


def _endpoints(base: str) -> list[Json]:
    served = [("credentials", "SENDER"), ("credentials", "RECEIVER")]
    served += [("tokens", "SENDER"), ("commands", "SENDER")]
    served += [("payments", "SENDER"), ("payments", "RECEIVER")]
    served += [(name, "SENDER") for name in _SENDER] + [(name, "RECEIVER") for name in _RECEIVER]
    return [{"identifier": one, "role": role, "url": f"{base}/{one}"} for one, role in served]


def _commanded(platform: Platform, kind: str, body: Json) -> str:
    match kind:
        case "START_SESSION":
            result = platform.start(body)
            if result == "ACCEPTED":
                platform.soon(platform.tells_result(platform.newest()))
            return result
        case "STOP_SESSION":
            if body["session_id"] not in platform.book.sessions:
                return "UNKNOWN_SESSION"
            platform.soon(platform.ends(body["session_id"]))
            return "ACCEPTED"
        case _:
            return "NOT_SUPPORTED"


def _listed(platform: Platform, module: str, page: int) -> tuple[list[Json], dict[str, str]]:
    book = platform.book
    found = {
        "locations": list(book.locations.values()),
        "tariffs": list(book.tariffs.values()),
        "sessions": [one.body for one in book.sessions.values()],
        "cdrs": list(book.cdrs.values()),
    }[module]
    headers = {"X-Total-Count": str(len(found)), "X-Limit": str(_PAGE)}
    if page + _PAGE < len(found):
        headers["Link"] = f'<{platform.base_url}/{module}?offset={page + _PAGE}>; rel="next"'
    return found[page : page + _PAGE], headers


def _answer(body: Json, status: int, headers: dict[str, str] | None = None) -> Response[bytes]:
    told = {name: value for name, value in body.items() if value is not None}
    return Response(dump(told), status_code=status, headers=headers, media_type=MediaType.JSON)
