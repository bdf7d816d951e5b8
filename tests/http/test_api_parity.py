"""What a driver can do on our pages, a program can do over the API: page by page."""

import re
from collections.abc import Mapping
from typing import Final

from tests.http.program import Program
from tests.http.site import Site

# Pages of no use to an app of its own: where a browser goes on from, and what it is made of.
ONLY_PAGES: Final = frozenset(
    {
        "GET /",
        "GET /me",
        "GET /wallet",
        "GET /c/{code}/coupon",
        "GET /c/{code}/pay",
        "GET /app/{slug}/offline",
        "GET /worker.js",
        "GET /static/{name}",
        # Who mounts stickers has a link and no account: a tool of the operator's, not of drivers.
        "GET /fit/{secret}",
        "POST /fit/stickers/{serial}",
        "POST /fit/end",
        # Whoever mounts a charge point has its code and no account.
        "GET /pair",
        "POST /pair",
    }
)
# Of every other page, and every form on it, the operations that do the same.
TWINS: Final[Mapping[str, str]] = {
    "GET /c/{code}": "getCode getOwnWays readDisplay",
    "GET /C/{code}": "getCode",
    "GET /c/{code}/{mark}": "readScan",
    "GET /C/{code}/{mark}": "readScan",
    "GET /c/{code}/report": "getCode",
    "POST /c/{code}/report": "reportSticker",
    "POST /c/{code}/pay": "startSession",
    "POST /c/{code}/coupon": "checkCoupon",
    "GET /s/{token}": "getSession getSessionTariff",
    "GET /s/{token}/back": "getSession",
    "GET /s/{token}/events": "followSession",
    "POST /s/{token}/stop": "stopSession",
    "POST /s/{token}/add": "addToHold",
    "POST /s/{token}/pay": "payAgain",
    "POST /s/{token}/receipt": "mailReceipt",
    "POST /s/{token}/invoice": "makeInvoice",
    "POST /s/{token}/notices": "followByNotices",
    "GET /s/{token}/meter.xml": "getMeterRecords",
    "GET /s/{token}/receipt.pdf": "getReceiptPdf",
    "GET /i/{key}/{reference}": "findPaidSession",
    "GET /me/{slug}": "getMe listDevices",
    "POST /me/{slug}/code": "sendSignInCode",
    "POST /me/{slug}/sign-in": "signIn refreshTokens",
    "POST /me/{slug}/sign-out": "signOut",
    "POST /me/{slug}/sign-out-everywhere": "listDevices signOutDevice",
    "GET /me/{slug}/openid": "getOpenIdOffer",
    "GET /me/{slug}/openid/back": "signInWithOpenId",
    "POST /me/{slug}/passkey/question": "askForPasskey",
    "POST /me/{slug}/passkey": "signInWithPasskey",
    "GET /me/{slug}/passkeys": "listPasskeys getPasskey",
    "POST /me/{slug}/passkeys/question": "askForNewPasskey",
    "POST /me/{slug}/passkeys": "addPasskey",
    "POST /me/{slug}/passkeys/{passkey_id}/name": "namePasskey",
    "POST /me/{slug}/passkeys/{passkey_id}/remove": "removePasskey",
    "GET /me/{slug}/data": "getMyData",
    "POST /me/{slug}/forget": "deleteMe",
    "POST /me/{slug}/name": "changeMe",
    "GET /me/{slug}/sessions": "listSessions sumMonths",
    "GET /me/{slug}/sessions/file": "exportSessions",
    "GET /me/{slug}/sessions/{token}": "getSession",
    "POST /me/{slug}/sessions/{token}/keep": "claimSession",
    "GET /me/{slug}/cards": "listCards getCard listVehicles getVehicle",
    "POST /me/{slug}/cards": "addCard",
    "POST /me/{slug}/cards/{token_id}/block": "blockCard",
    "POST /me/{slug}/cars": "addVehicle",
    "POST /me/{slug}/cars/{token_id}/remove": "removeVehicle",
    "GET /me/{slug}/means": "listMeans getMeans",
    "POST /me/{slug}/means/{means_id}/name": "nameMeans",
    "POST /me/{slug}/means/{means_id}/remove": "removeMeans",
    "GET /me/{slug}/notices": "getNotifications",
    "POST /me/{slug}/notices": "chooseNotifications",
    "POST /me/{slug}/notices/devices": "addNotificationDevice",
    "POST /me/{slug}/notices/devices/{device_id}/remove": "removeNotificationDevice",
    "GET /wallet/{slug}": "getWallet",
    "POST /wallet/{slug}/top-up": "topUp",
    "GET /wallet/{slug}/back/{top_up_id}": "getTopUp",
    "POST /wallet/{slug}/refund": "giveCreditBack",
    "POST /wallet/{slug}/automatic/off": "stopAutomaticTopUp",
    "GET /app/{slug}": "getBrand listSessions listFavourites",
    "GET /app/{slug}/running": "listSessions getSession",
    "GET /app/{slug}/manifest.webmanifest": "getBrand",
    "GET /app/{slug}/icons/{name}": "getBrand",
    "GET /app/{slug}/scan": "readScan",
    "GET /app/{slug}/map": "listLocations",
    "GET /app/{slug}/map/points": "listClusters",
    "GET /app/{slug}/locations/{location_id}": "getLocation getEvse getQuote listWatches",
    "POST /app/{slug}/locations/{location_id}/keep": "addFavourite removeFavourite",
    "POST /app/{slug}/locations/{location_id}/wait": "tellWhenFree",
    "POST /app/{slug}/locations/{location_id}/wait/{watch_id}/end": "waitNoMore",
    "GET /brand/{slug}/logo": "getBrand",
}
# What only an app needs, or only the API can do.
ONLY_API: Final = frozenset(
    {
        "getAbout",
        "nameCard",
        "nameVehicle",
        "removeCard",
    }
)


def pages(site: Site) -> set[str]:
    """Return every page and form that drivers have, by method and address."""
    return {
        f"{method} {re.sub(r':[a-z]+}', '}', route.path)}"
        for route in site.app.routes
        for method in getattr(route, "methods", ())
        if method != "OPTIONS"
    }


async def test_every_page_has_its_twin(site: Site):
    """A page or a form that is added without an operation fails here."""
    assert pages(site) == set(TWINS) | ONLY_PAGES


async def test_every_twin_is_served_and_every_operation_is_known(program: Program):
    """And the other way round: an operation of drivers that no page has is named here."""
    served = {
        operation["operationId"]
        for methods in program.description["paths"].values()
        for operation in methods.values()
        if operation["tags"] != ["Operators"]
    }
    named = {name for names in TWINS.values() for name in names.split()}

    assert served == named | ONLY_API
