"""Charge points that nobody stored: what they report is kept in lists."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.charging.chargers.calls.record import Made
from app.charging.chargers.pairing.model import Knock
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.stations.credential import SALT_BYTES, Credential
from app.charging.chargers.stations.model import BootReport, ChargePoint, EvseOnStation
from app.charging.sessions.model import SampleReport, StartAnswer, StartReport, StopReport
from app.directpay.reader.model import IdTokenInfo, Presented
from app.gateways.ocpp.facts import Facts
from app.infra.database import DatabaseUnavailable

OPERATOR = UUID("01930000-0000-7000-8000-000000000001")
PASSWORD = "0011aabbccddeeff0011aabbccddeeff00112233"


def charge_point(
    identity: str = "CP1",
    *,
    password: str = PASSWORD,
    power_type: str = "AC_3_PHASE",
    profile: int | None = None,
    certificate: str | None = None,
) -> ChargePoint:
    """Return a charge point with two EVSEs."""
    evses = tuple(EvseOnStation(number, number, power_type, Decimal(22)) for number in (1, 2))
    return ChargePoint(
        operator_id=OPERATOR,
        identity=identity,
        credential=Credential.of(password, b"s" * SALT_BYTES),
        evses=evses,
        protocol=None,
        connected=False,
        last_seen_at=None,
        security_profile=profile,
        certificate=certificate,
    )


class FakeFacts(Facts):
    """
    Keeps what it is told; *broken* lets the next calls fail like a bug of ours.

    The next *away* calls fail like a database that is away.
    """

    def __init__(self, *known: ChargePoint) -> None:
        """Know these charge points."""
        self.known = {each.identity: each for each in known}
        self.answer_status = "Accepted"
        self.broken = False
        self.away = 0
        self.open: dict[str, str] = {}
        self.came_back: list[str] = []
        self.strangers: list[Knock] = []
        self.boots: list[BootReport] = []
        self.shown: list[str] = []
        self.statuses: list[StatusReport] = []
        self.starts: list[StartReport] = []
        self.sampled: list[SampleReport] = []
        self.stops: list[StopReport] = []
        self.seen: dict[tuple[UUID, str], datetime] = {}
        self.reserved: list[tuple[str, bool]] = []
        self._numbers = itertools.count(1)

    async def find(self, identity: str) -> ChargePoint | None:
        """Return the charge point."""
        self._work()
        return self.known.get(identity)

    async def commanded(self, made: Sequence[Made]) -> None:
        """Keep nothing."""

    async def stranger(self, knock: Knock) -> None:
        """Keep who is not known."""
        self.strangers.append(knock)

    async def password_came_back(self, charge_point: ChargePoint) -> None:
        """Keep who came back."""
        self.came_back.append(charge_point.identity)

    async def reserves(self, charge_point: ChargePoint, *, reserves: bool) -> None:
        """Keep what it can do."""
        self.reserved.append((charge_point.identity, reserves))

    async def connected(self, charge_point: ChargePoint, protocol: str) -> str:
        """Keep the connection."""
        name = f"{protocol}-{next(self._numbers)}"
        self.open[charge_point.identity] = name
        return name

    async def disconnected(self, charge_point: ChargePoint, connection: str) -> None:
        """Forget the connection unless there is a newer one."""
        if self.open.get(charge_point.identity) == connection:
            del self.open[charge_point.identity]

    async def touched(self, seen: Mapping[tuple[UUID, str], datetime]) -> None:
        """Keep who was seen."""
        self.seen.update(seen)

    async def boot(self, report: BootReport) -> None:
        """Keep the boot."""
        self._work()
        self.boots.append(report)

    async def show_defaults(self, charge_point: ChargePoint) -> None:
        """Keep to whom prices are shown."""
        self.shown.append(charge_point.identity)

    async def status(self, report: StatusReport) -> None:
        """Keep the status."""
        self._work()
        self.statuses.append(report)

    async def authorise(self, presented: Presented) -> IdTokenInfo:
        """Know nobody."""
        return IdTokenInfo("Invalid")

    async def start(self, report: StartReport) -> StartAnswer:
        """Keep the start and number it."""
        self._work()
        self.starts.append(report)
        accepted = self.answer_status == "Accepted"
        number = report.station_transaction_id or str(len(self.starts))
        return StartAnswer(number, accepted, self.answer_status, stop_at_once=not accepted)

    async def samples(self, report: SampleReport) -> None:
        """Keep the samples."""
        self._work()
        self.sampled.append(report)

    async def stop(self, report: StopReport) -> None:
        """Keep the stop."""
        self._work()
        self.stops.append(report)

    def _work(self) -> None:
        if self.broken:
            raise ConnectionResetError
        if self.away:
            self.away -= 1
            raise DatabaseUnavailable("the database does not answer")
