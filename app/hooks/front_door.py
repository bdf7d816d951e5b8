"""
What others ask about a host before anybody is served: the proxy, and the phones of drivers.

Sources: Caddy, "on_demand_tls" (ask); Apple, "Supporting associated domains"; Google, "Digital
Asset Links".
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType

from app.infra.database import Database
from app.infra.limits import Limit, Limits
from app.people.identity.brand.model import AndroidApp, Apps, IosApp
from app.people.identity.hosts.book import Hosts
from app.people.identity.read import get_operator

# Somebody who knocks with a thousand invented names costs us a counter, and no certificate.
REFUSED_ASKS: Final = Limit("tls-ask", 120, timedelta(minutes=1))
_NO_STORE: Final = {"Cache-Control": "no-store"}
_FOR_AN_HOUR: Final = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
# A code, with and without the tag of its sticker, and a session.
_OPENED: Final = ("/c/*", "/C/*", "/s/*")
_HANDLES: Final = ("delegate_permission/common.handle_all_urls",)
_SIGNS_IN: Final = ("delegate_permission/common.get_login_creds",)

AnyRequest = Request[None, None, State]


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """Which hosts there are, whose they are, and how often somebody may ask in vain."""

    hosts: Hosts
    limits: Limits
    database: Database

    async def apps(self, host: str) -> Apps:
        """Return the apps of the operator whose pages are at *host*; none at nobody's."""
        whose = self.hosts.operator_at(host)
        if whose is None or not self.hosts.is_right(host, whose):
            return Apps()
        return await self._apps_of(whose)

    async def _apps_of(self, operator_id: UUID) -> Apps:
        async with self.database.work(operator_id) as work:
            return (await get_operator(work)).brand.details.apps


@get("/tls/ask", include_in_schema=False)
async def may_have_certificate(
    request: AnyRequest, front_door: NamedDependency[FrontDoor]
) -> Response[bytes]:
    """Answer 200 where the proxy may get a certificate for `domain`: a host that was proved."""
    if front_door.hosts.is_proved(request.query_params.get("domain", "")):
        return Response(b"", headers=_NO_STORE)
    asked, _ = await front_door.limits.count(REFUSED_ASKS, "proxy")
    too_many = asked > REFUSED_ASKS.most
    refused = HTTPStatus.TOO_MANY_REQUESTS if too_many else HTTPStatus.NOT_FOUND
    return Response(b"", status_code=refused, headers=_NO_STORE)


@get("/.well-known/apple-app-site-association", include_in_schema=False)
async def apple_association(
    request: AnyRequest, front_door: NamedDependency[FrontDoor]
) -> Response[bytes]:
    """Tell iPhones which app opens the addresses of this host."""
    app = (await front_door.apps(request.headers.get("host", ""))).ios
    return _told(None if app is None else _of_apple(app))


@get("/.well-known/assetlinks.json", include_in_schema=False)
async def android_association(
    request: AnyRequest, front_door: NamedDependency[FrontDoor]
) -> Response[bytes]:
    """Tell Androids which app opens the addresses of this host."""
    app = (await front_door.apps(request.headers.get("host", ""))).android
    return _told(None if app is None else _of_android(app))


def _of_apple(app: IosApp) -> object:
    opened = [{"/": path} for path in _OPENED]
    return {
        "applinks": {"details": [{"appIDs": [app.app_id], "components": opened}]},
        "webcredentials": {"apps": [app.app_id]},
    }


def _of_android(app: AndroidApp) -> object:
    return [
        {
            "relation": [*_HANDLES, *_SIGNS_IN],
            "target": {
                "namespace": "android_app",
                "package_name": app.package,
                "sha256_cert_fingerprints": app.fingerprints,
            },
        }
    ]


def _told(document: object | None) -> Response[bytes]:
    if document is None:
        return Response(b"", status_code=HTTPStatus.NOT_FOUND, headers=_FOR_AN_HOUR)
    return Response(msgspec.json.encode(document), media_type=MediaType.JSON, headers=_FOR_AN_HOUR)
