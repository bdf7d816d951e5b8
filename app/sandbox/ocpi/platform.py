"""The played platform: it registers, publishes, starts and stops cars, and sends its records."""

import asyncio
import secrets
from collections.abc import Coroutine
from datetime import datetime
from decimal import Decimal

import httpx

from app.kernel.clock import Clock
from app.sandbox.ocpi.book import COUNTRY, PARTY, Book, Charging, Json, Manners, opening_book
from app.sandbox.ocpi.wire import Line, in_version, price, stamp

VAT = Decimal("0.21")
CENT = Decimal("0.01")


class Platform:
    """
    A CPO with two charge points, at *base_url*.

    It does what a test or a person tells it by its control plane, and what its partner commands.
    """

    def __init__(
        self, base_url: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Open with nobody connected."""
        self.base_url = base_url
        self.clock = clock
        self.book: Book = opening_book()
        self.line = Line(self.book, transport)
        self._later: set[asyncio.Task[None]] = set()

    def soon(self, deed: Coroutine[None, None, None]) -> None:
        """Do something after the answer went out, as platforms do."""
        task = asyncio.ensure_future(deed)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def rest(self) -> None:
        """Wait until all that was to be done after an answer is done."""
        while self._later:
            await asyncio.gather(*self._later)

    # The handshake

    def invite(self) -> str:
        """Return token A for somebody who will register here."""
        self.book.partner.invitation = secrets.token_urlsafe(16)
        return self.book.partner.invitation

    async def register_at(self, versions_url: str, token: str) -> None:
        """Register at a platform with its token A."""
        await self._look_at(versions_url, token)
        partner = self.book.partner
        partner.ours = secrets.token_urlsafe(16)
        url = partner.endpoints["credentials", "RECEIVER"]
        told = await self.line.call("POST", url, self.credentials(), token=token)
        partner.theirs, partner.roles = told["token"], told["roles"]

    async def accept(self, theirs: Json) -> Json:
        """Take the credentials of somebody who registers or renews; return ours."""
        await self._look_at(theirs["url"], theirs["token"])
        partner = self.book.partner
        partner.theirs, partner.roles = theirs["token"], theirs["roles"]
        partner.ours, partner.invitation = secrets.token_urlsafe(16), ""
        return self.credentials()

    def credentials(self) -> Json:
        """Return who this is, and the token that is good here."""
        party = {"party_id": PARTY, "country_code": COUNTRY}
        details = {"business_details": {"name": "BeCharged"}}
        roles = [{"role": role, **party, **details} for role in ("CPO", "EMSP")]
        return {"token": self.book.partner.ours, "url": f"{self.base_url}/versions", "roles": roles}

    async def _look_at(self, versions_url: str, token: str) -> None:
        version = self.book.version
        offered = await self.line.call("GET", versions_url, token=token)
        url = next(one["url"] for one in offered if one["version"] == version)
        details = await self.line.call("GET", url, token=token)
        partner = self.book.partner
        partner.versions_url, partner.version = versions_url, version
        partner.endpoints = {
            (one["identifier"], one["role"]): one["url"] for one in details["endpoints"]
        }

    # Its own drivers, at charge points of its partner

    def driver(self) -> Json:
        """Return the token of a driver of this platform."""
        return {
            "country_code": COUNTRY,
            "party_id": PARTY,
            "uid": "04AABBCCDD",
            "type": "APP_USER",
            "contract_id": "BE-BEC-C00000001-1",
            "issuer": "BeCharged",
            "valid": True,
            "whitelist": self.book.manners.whitelist,
            "last_updated": self._now(),
        }

    def authorises(self, uid: str) -> Json:
        """Tell whether a driver of this platform may charge."""
        token = {**self.driver(), "uid": uid}
        reference = f"A-{uid}"
        allowed = self.book.manners.allowed
        return {"allowed": allowed, "token": token, "authorization_reference": reference}

    async def commands(self, kind: str, order: Json) -> Json:
        """Send a command to the partner; return what it says at once."""
        url = self.book.partner.endpoints["commands", "RECEIVER"]
        response_url = f"{self.base_url}/results/{kind}"
        told: Json = await self.line.call(
            "POST", f"{url}/{kind}", {"response_url": response_url, **order}
        )
        return told

    async def lists(self, module: str) -> list[Json]:
        """Fetch all pages of a module of the partner."""
        url: str | None = self.book.partner.endpoints[module, "SENDER"]
        found: list[Json] = []
        while url is not None:
            page, url = await self.line.page(url)
            found += page
        return found

    # What it publishes

    async def publish(self) -> None:
        """Push all tariffs and locations."""
        for tariff in self.book.tariffs.values():
            await self._put("tariffs", tariff["id"], in_version(tariff, self.book.version))
        for location in self.book.locations.values():
            await self._put("locations", location["id"], location)

    async def reports(self, uid: str, status: str) -> None:
        """Give an EVSE another status, and tell."""
        for location in self.book.locations.values():
            for evse in location["evses"]:
                if evse["uid"] == uid:
                    evse["status"], evse["last_updated"] = status, self._now()
                    news = {"status": status, "last_updated": self._now()}
                    url = f"{self._receiver('locations')}/{location['id']}/{uid}"
                    await self.line.call("PATCH", url, news)

    # Cars

    def start(self, order: Json) -> str:
        """Take a START_SESSION; return what is answered at once."""
        manners = self.book.manners
        if manners.command != "ACCEPTED":
            return manners.command
        token = order["token"]
        number = f"S{len(self.book.sessions) + 1}"
        body = {
            "country_code": COUNTRY,
            "party_id": PARTY,
            "id": number,
            "start_date_time": self._now(),
            "kwh": 0,
            "cdr_token": {
                name: token[name]
                for name in ("country_code", "party_id", "uid", "type", "contract_id")
            },
            "auth_method": "COMMAND",
            "authorization_reference": order.get("authorization_reference"),
            "location_id": order["location_id"],
            "evse_uid": order["evse_uid"],
            "connector_id": order.get("connector_id") or "1",
            "currency": "EUR",
            "status": "PENDING",
            "last_updated": self._now(),
        }
        reference = order.get("authorization_reference") or token["uid"]
        self.book.sessions[number] = Charging(body, reference, order["response_url"])
        return "ACCEPTED"

    def newest(self) -> str:
        """Return the id of the session that was started last."""
        return list(self.book.sessions)[-1]

    async def tells_result(self, number: str) -> None:
        """Tell the other end what came of its command at the charge point."""
        charging = self.book.sessions[number]
        await self.line.call("POST", charging.response_url, {"result": self.book.manners.result})

    async def plugs_in(self, number: str) -> None:
        """Plug the car in: the session begins."""
        body = self.book.sessions[number].body
        body["status"], body["start_date_time"] = "ACTIVE", self._now()
        self.book.sessions[number].periods.append((self._now(), Decimal(0)))
        await self._push(number)

    async def charges(self, number: str, kwh: Decimal) -> None:
        """Let the car take *kwh* more."""
        charging = self.book.sessions[number]
        start, before = charging.periods[-1]
        charging.periods[-1] = (start, before + kwh)
        charging.periods.append((self._now(), Decimal(0)))
        await self._push(number)

    async def ends(self, number: str) -> None:
        """End the session, and make its CDR."""
        charging = self.book.sessions[number]
        if charging.body["status"] == "COMPLETED":
            return
        charging.body["status"] = "COMPLETED"
        charging.body["end_date_time"] = self._now()
        await self._push(number)
        cdr = self._cdr(number, charging)
        self.book.cdrs[cdr["id"]] = cdr
        manners = self.book.manners
        if not manners.is_silent and not manners.keeps_cdrs:
            await self.sends_cdr(cdr["id"])

    async def sends_cdr(self, number: str) -> None:
        """Send a CDR, perhaps once more."""
        url = self.book.partner.endpoints["cdrs", "RECEIVER"]
        await self.line.call("POST", url, self.book.cdrs[number])

    async def _push(self, number: str) -> None:
        charging = self.book.sessions[number]
        charging.body |= {"kwh": charging.kwh, "last_updated": self._now()}
        if not self.book.manners.is_silent:
            await self._put("sessions", number, charging.body)

    def _cdr(self, number: str, charging: Charging) -> Json:
        body, version = charging.body, self.book.version
        location = self.book.locations[body["location_id"]]
        evse = next(one for one in location["evses"] if one["uid"] == body["evse_uid"])
        connector = evse["connectors"][0]
        tariff = self.book.tariffs[connector["tariff_ids"][0]]
        rate = tariff["elements"][0]["price_components"][0]["price"]
        net = charging.kwh * rate + self.book.manners.surcharge
        hours = _hours(body["start_date_time"], body["end_date_time"])
        return {
            "country_code": COUNTRY,
            "party_id": PARTY,
            "id": f"C{number}",
            "start_date_time": body["start_date_time"],
            "end_date_time": body["end_date_time"],
            "session_id": number,
            "cdr_token": body["cdr_token"],
            "auth_method": "COMMAND",
            "authorization_reference": charging.reference,
            "cdr_location": _cdr_location(location, evse, connector),
            "currency": "EUR",
            "tariffs": [in_version(tariff, version)],
            "charging_periods": [
                {
                    "start_date_time": start,
                    "dimensions": [{"type": "ENERGY", "volume": kwh}],
                    "tariff_id": tariff["id"],
                }
                for start, kwh in charging.periods
            ],
            "total_cost": price(net, (net * VAT).quantize(CENT), version),
            "total_energy": charging.kwh,
            "total_time": hours,
            "last_updated": self._now(),
        }

    async def _put(self, module: str, name: str, body: Json) -> None:
        await self.line.call("PUT", f"{self._receiver(module)}/{name}", body)

    def _receiver(self, module: str) -> str:
        url = self.book.partner.endpoints[module, "RECEIVER"]
        return f"{url}/{COUNTRY}/{PARTY}"

    def _now(self) -> str:
        return stamp(self.clock.now())


_PLACE = ("id", "name", "address", "city", "postal_code", "country", "coordinates")


def _cdr_location(location: Json, evse: Json, connector: Json) -> Json:
    return {
        **{name: location[name] for name in _PLACE},
        "evse_uid": evse["uid"],
        "evse_id": evse["evse_id"],
        "connector_id": connector["id"],
        "connector_standard": connector["standard"],
        "connector_format": connector["format"],
        "connector_power_type": connector["power_type"],
    }


def _hours(start: str, end: str) -> Decimal:
    passed = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return (Decimal(int(passed.total_seconds())) / 3600).quantize(Decimal("0.0001"))


def behave(manners: Manners, wanted: Json) -> None:
    """Let the platform behave as *wanted*; amounts are text."""
    for name, value in wanted.items():
        setattr(manners, name, Decimal(value) if name == "surcharge" else value)
