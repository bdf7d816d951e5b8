"""A small world for stories: one operator, one socket, a driver, a charge point and the time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import psycopg

from app.billing.receipts.deliver import PostRoom
from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.charging.cdrs.flag import flag_cdr
from app.charging.chargers.model import Connector, EvseStatus, Location
from app.charging.chargers.record_status import record_status
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    save_charge_point,
    save_evse,
    save_holds,
    save_location,
)
from app.charging.chargers.stations.connect import charge_point_connected
from app.charging.chargers.stations.disconnect import charge_point_disconnected
from app.charging.chargers.stations.find import find_charge_point
from app.charging.chargers.stations.touch import touch_charge_points
from app.charging.sessions.events import SessionFlagged, SessionsMeasured
from app.charging.sessions.metering.measure import record_samples
from app.charging.sessions.model import (
    MeterSample,
    SampleReport,
    StartAnswer,
    StartReport,
    StopReport,
)
from app.charging.sessions.start import start_transaction
from app.charging.sessions.stop import stop_transaction
from app.directpay import advance
from app.directpay.afterwards import follow as promises
from app.directpay.afterwards.charge import charge_due
from app.directpay.board.notices import NoBoard, PriceBoard
from app.directpay.board.tell import board_reactors
from app.directpay.books import sale
from app.directpay.command import chase_silent, stop
from app.directpay.desk import Desk, Secrets, find
from app.directpay.favourites.react import favourite_reactors
from app.directpay.follow.limits import look_again, watch_limits
from app.directpay.follow.show import journey_view, returned
from app.directpay.follow.watch import Follower
from app.directpay.integrated import settle as integrated
from app.directpay.letters.links import PageLinks
from app.directpay.lists.jobs import list_reactors
from app.directpay.notices.session import notice_reactors
from app.directpay.pay import Begun, PayOrder, pay
from app.directpay.scan import scan
from app.directpay.vehicles.see import vehicle_reactors
from app.directpay.views import JourneyView, ScanView
from app.funds.means import keep as means
from app.funds.payments.accounts import AccountOrder, Vault, save_account
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.receive import Webhook, receive_webhook
from app.funds.payments.jobs import payment_schedules
from app.funds.payments.ports import Snapshot
from app.funds.postpaid import carry_out as postpaid
from app.funds.terminals import reactors as terminals
from app.funds.terminals.tend import sweep_terminals
from app.funds.wallet import reactors as wallets
from app.infra.database import Database, Reactors, together
from app.infra.pdf import Press
from app.kernel.money import Money
from app.people.identity.brand.model import Brand
from app.people.identity.hosts.book import Hosts
from app.people.identity.model import Address, Links, Operator, Support
from app.people.identity.save import save_operator
from app.pricing.tariffs.choice.write import assign_tariff
from app.pricing.tariffs.events import PricesChanged
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from app.worker.tasks import Workshop, jobs
from tests.fakes.chargers import FakeChargers
from tests.fakes.clock import FakeClock
from tests.fakes.displays import FakeDisplays
from tests.fakes.jobs import HandWorker
from tests.fakes.mailer import FakeMailer
from tests.fakes.means import FakeKeeper
from tests.fakes.provider import FakeProvider
from tests.fakes.push import FakePush
from tests.fakes.shares import FakeShares
from tests.fakes.terminals import FakeTerminals

OPERATOR = uuid5(UUID(int=0), "voltstraat")
CODE = "VKTAA2"
IDENTITY = "VLT-1"
PASSWORD = "a-password-of-a-charger"
HOLD = Money(6000, "EUR")
SECRETS = Secrets(b"k" * 32)
# € 0.50 per kWh incl. VAT: 12.340 kWh cost € 6.17.
TARIFF = {
    "id": "per-kwh",
    "currency": "EUR",
    "tax_included": "YES",
    "elements": [
        {"price_components": [{"type": "ENERGY", "price": Decimal("0.50"), "step_size": 1}]}
    ],
}


@dataclass
class World:
    """
    Everything that a story needs, on a real database, with fakes only for the outside.

    The charge point speaks through the same verbs as the OCPP gateway.
    """

    database: Database
    desk: Desk
    provider: FakeProvider
    chargers: FakeChargers
    mailer: FakeMailer
    worker: HandWorker
    clock: FakeClock
    register_wh: Decimal = Decimal(1_000_000)
    transaction: StartAnswer | None = None
    is_connected: bool = False
    _connection: str = ""
    _start: StartReport | None = None
    journeys: list[Begun] = field(default_factory=list)
    connector: int = 1
    push: FakePush = field(default_factory=FakePush)

    @property
    def terminals(self) -> FakeTerminals:
        """The card terminals, in memory."""
        devices = self.desk.payments.devices["mollie"]
        assert isinstance(devices, FakeTerminals)
        return devices

    @property
    def keeper(self) -> FakeKeeper:
        """The means that drivers left with the provider, in memory."""
        keeper = self.desk.payments.keepers["mollie"]
        assert isinstance(keeper, FakeKeeper)
        return keeper

    @property
    def shares(self) -> FakeShares:
        """What the provider gave to others, in memory."""
        shares = self.desk.payments.splitters["adyen"]
        assert isinstance(shares, FakeShares)
        return shares

    # The driver

    async def looks(self) -> ScanView:
        """The driver scans the code."""
        return await scan(CODE, "en", desk=self.desk)

    async def pays(self, method: str = "creditcard", key: str = "first") -> Begun:
        """The driver presses a payment button and is sent to the provider's page."""
        view = await self.looks()
        order = PayOrder(
            code=CODE,
            method=method,
            tariff_id=view.price.tariff_id,
            tariff_version=view.price.tariff_version,
            key=key,
            locale="en",
        )
        self.journeys.append(await pay(order, desk=self.desk))
        return self.journeys[-1]

    async def approves(self) -> None:
        """The driver pays on the provider's page, comes back, and the jobs run."""
        self.provider.approve(self.payment_ref)
        await self.comes_back()

    async def comes_back(self) -> None:
        """The driver's browser returns from the provider's page."""
        await returned(self.token, desk=self.desk)
        await self.worker.run_due()

    async def presses_stop(self) -> None:
        """The driver presses stop."""
        await stop(self.token, desk=self.desk)
        await self.worker.run_due()

    async def pays_anyway(self, key: str = "anyway") -> Begun:
        """A driver with an old page presses pay."""
        order = PayOrder(CODE, "creditcard", "per-kwh", 1, key, "en")
        self.journeys.append(await pay(order, desk=self.desk))
        return self.journeys[-1]

    async def sees(self) -> JourneyView:
        """What the driver's page shows."""
        return await self.sees_as(self.token)

    async def sees_as(self, token: str) -> JourneyView:
        """What the page with this *token* shows."""
        return await journey_view(token, desk=self.desk)

    async def webhook(self) -> None:
        """The provider hints that something happened to the last payment."""
        await self.webhook_of(self.payment_ref)

    async def webhook_of(self, provider_ref: str) -> None:
        """The provider hints that something happened to a payment."""
        order = self.provider.orders[provider_ref]
        assert order.webhook_url is not None
        *_, name, token = order.webhook_url.split("/")
        hint = Webhook(name, token, [provider_ref], b"id=" + provider_ref.encode())
        await receive_webhook(hint, desk=self.desk.payments)
        await self.desk.payments.readings.done()
        await self.worker.run_due()

    async def pays_and_plugs_in(self, method: str = "creditcard") -> None:
        """The whole way to a running transaction."""
        await self.pays(method)
        await self.approves()
        await self.starts()

    @property
    def book(self) -> Snapshot:
        """The last payment as the provider has it."""
        return self.provider.snapshots[self.payment_ref]

    def work_list(self) -> list[str]:
        """What a person has to look at, by reason."""
        rows = self.worker.sql.execute("SELECT reason FROM work_list ORDER BY opened_at")
        return [reason for (reason,) in rows]

    @property
    def token(self) -> str:
        """The token of the last journey's page."""
        return self.journeys[-1].token

    @property
    def payment_ref(self) -> str:
        """The provider's name of the last payment."""
        return list(self.provider.snapshots)[-1]

    async def receipt(self) -> Receipt | None:
        """The receipt of the last journey."""
        journey = await find(self.token, desk=self.desk)
        async with self.database.work(OPERATOR) as work:
            return await receipt_of_session(work, journey.session_id)

    # The charge point

    async def connects(self, status: EvseStatus = EvseStatus.AVAILABLE) -> None:
        """The charge point opens its connection and says how it is."""
        station = await find_charge_point(IDENTITY, database=self.database)
        assert station is not None
        self.is_connected = True
        self._connection = await charge_point_connected(station, "ocpp1.6", database=self.database)
        await self.reports(status)

    async def connects_again(self, status: EvseStatus) -> None:
        """The charge point is back, and where it was."""
        await self.connects(status)

    async def disconnects(self) -> None:
        """The charge point's connection is gone."""
        station = await find_charge_point(IDENTITY, database=self.database)
        assert station is not None
        self.is_connected = False
        await charge_point_disconnected(station, self._connection, database=self.database)

    async def reports(self, status: EvseStatus) -> None:
        """The charge point reports a status."""
        now = self.clock.advance(seconds=1)
        await record_status(
            StatusReport(OPERATOR, IDENTITY, None, self.connector, status, None, now, now),
            database=self.database,
        )
        await self.worker.run_due()

    async def starts(self, id_tag: str | None = None) -> StartAnswer:
        """The charge point starts the transaction that it was asked for."""
        now = self.clock.now()
        report = StartReport(
            operator_id=OPERATOR,
            identity=IDENTITY,
            evse_no=None,
            connector_no=self.connector,
            id_tag=id_tag or self.chargers.starts[-1].id_tag,
            remote_start_id=None,
            station_transaction_id=None,
            meter_start_wh=self.register_wh,
            at=now,
            received_at=now,
        )
        self._start = report
        self.transaction = await self.starts_again()
        await self.reports(EvseStatus.CHARGING)
        return self.transaction

    async def starts_again(self) -> StartAnswer:
        """The charge point sends its StartTransaction (again)."""
        assert self._start is not None
        answer = await start_transaction(self._start, database=self.database)
        await self.worker.run_due()
        return answer

    async def charges(self, *, minutes: int, kwh: str) -> None:
        """The car takes *kwh* evenly in *minutes*, with a sample each minute."""
        for _ in range(minutes):
            self.clock.advance(minutes=1)
            self.register_wh += Decimal(kwh) * 1000 / minutes
            await self.samples(self.register_wh)

    async def samples(self, register_wh: Decimal) -> None:
        """The charge point sends a reading of its register."""
        assert self.transaction is not None
        now = self.clock.now()
        sample = MeterSample(now, now, energy_wh=register_wh)
        await record_samples(
            SampleReport(
                OPERATOR, IDENTITY, self.transaction.transaction_id, None, self.connector, [sample]
            ),
            database=self.database,
        )
        await self.worker.run_due()

    async def stops(
        self,
        *,
        register_wh: Decimal | None = None,
        reason: str = "Remote",
        samples: Sequence[MeterSample] = (),
    ) -> None:
        """The charge point ends the transaction; *samples* are its transaction data."""
        assert self.transaction is not None
        now = self.clock.now()
        report = StopReport(
            operator_id=OPERATOR,
            identity=IDENTITY,
            transaction_id=self.transaction.transaction_id,
            evse_no=None,
            connector_no=self.connector,
            id_tag=None,
            meter_stop_wh=self.register_wh if register_wh is None else register_wh,
            at=now,
            received_at=now,
            reason=reason,
            samples=samples,
        )
        await stop_transaction(report, database=self.database)
        await self.worker.run_due()

    # The time

    async def sweeps_payments(self, **parts: int) -> None:
        """Time goes by in a dozen steps, and the sweeps look after the payments at each."""
        step = timedelta(**parts) / 12
        for _ in range(12):
            self.clock.advance(step)
            await self.passes(seconds=0)

    async def passes(self, **parts: int) -> None:
        """Time goes by, and whatever has its hour then is done."""
        now = self.clock.advance(**parts)
        if self.is_connected:
            await touch_charge_points({(OPERATOR, IDENTITY): now}, database=self.database)
        await self.worker.run_due()
        for schedule in payment_schedules(self.desk.payments):
            await schedule.run()
        await watch_limits(database=self.database)
        await advance.sweep(database=self.database)
        await chase_silent(desk=self.desk)
        await charge_due(database=self.database)
        await sweep_terminals(database=self.database)
        await self.worker.run_due()


async def open_world(
    database: Database,
    sql: psycopg.Connection,
    clock: FakeClock,
    payments: PaymentDesk | None = None,
) -> World:
    """Return a world whose charge point is connected and available; *payments*: not the fakes."""
    provider, chargers, mailer = FakeProvider(), FakeChargers(), FakeMailer()
    if payments is None:
        payments = payments_of(database, provider)
    vault = payments.vault
    press = Press()
    secrets, hosts = SECRETS, Hosts("https://pay.example")
    desk = Desk(database, payments, chargers, secrets, press, hosts, displays=FakeDisplays())
    page_of = PageLinks(secrets, hosts.base_of).page_of
    push = FakePush()
    post = PostRoom(database, mailer, press, "receipts@pay.example", page_of)
    workshop = Workshop(desk, post, push)
    await _furnish(database, vault)
    worker = HandWorker(sql, jobs(workshop), clock)
    world = World(database, desk, provider, chargers, mailer, worker, clock, push=push)
    await world.connects()
    return world


def payments_of(database: Database, provider: FakeProvider) -> PaymentDesk:
    """Return the payment desk of a world in which everything is played in memory."""
    terminals, keeper = FakeTerminals(provider), FakeKeeper(provider)
    shares = FakeShares(provider)
    return PaymentDesk(
        database,
        {"mollie": provider, "adyen": provider},
        Vault((Vault.new_key(),)),
        "https://pay.example",
        {"mollie": terminals, "adyen": terminals},
        keepers={"mollie": keeper, "adyen": keeper},
        splitters={"adyen": shares},
        routers={"mollie": shares},
    )


def world_reactors(*, pause_ms: int = 0, board: PriceBoard | None = None) -> Reactors:
    """
    Return who reacts to what, as the wiring has it; a session is looked at after *pause_ms*.

    The *board* is told what is shown at charge points.
    """
    follower = Follower(board, pause_ms=pause_ms)
    return together(
        board_reactors(board or NoBoard()),
        list_reactors(),
        favourite_reactors(),
        vehicle_reactors(),
        advance.reactors(),
        promises.reactors(),
        sale.reactors(),
        means.reactors(),
        wallets.reactors(),
        postpaid.reactors(),
        terminals.reactors(SECRETS),
        integrated.reactors(),
        notice_reactors(),
        {
            SessionsMeasured: (follower.on_measured,),
            PricesChanged: (look_again,),
            SessionFlagged: (flag_cdr,),
        },
    )


async def _furnish(database: Database, vault: Vault) -> None:
    async with database.work(OPERATOR) as work:
        await save_operator(work, operator_of_the_world())
        await save_location(work, _location())
        await save_charge_point(work, IDENTITY, PASSWORD)
        await save_evse(work, evse_draft())
        await save_holds(work, {HoldKey(HoldScope.OPERATOR, "", "AC"): HOLD})
        await save_account(work, AccountOrder("mollie", "test", "test_key"), vault=vault)
        tariff = await publish_tariff(work, parse_tariff(TARIFF))
        await assign_tariff(work, tariff.tariff_id)


def operator_of_the_world() -> Operator:
    """The operator as it is configured."""
    return Operator(
        operator_id=OPERATOR,
        slug="voltstraat",
        legal_name="Voltstraat B.V.",
        address=Address("Kade 1", "3011 AA", "Rotterdam", "NL"),
        vat_number="NL123456782B90",
        brand=Brand("Voltstraat", "#0b6b4f"),
        support=Support("+31 10 123 4567", "help@voltstraat.example"),
        links=Links(
            "https://voltstraat.example/terms",
            "https://voltstraat.example/privacy",
            "https://voltstraat.example/imprint",
        ),
        receipt_series="VS",
        languages=("en", "nl", "de", "fr"),
    )


def _location() -> Location:
    return Location(
        location_id="KADE",
        name="Kade",
        address="Kade 1",
        postal_code="3011 AA",
        city="Rotterdam",
        country="NL",
        latitude=Decimal("51.9"),
        longitude=Decimal("4.48"),
        time_zone="Europe/Amsterdam",
    )


def evse_draft() -> EvseDraft:
    """The socket as it is configured."""
    return EvseDraft(
        evse_uid="VLT1-1",
        evse_id="NL*VLT*E1*1",
        code=CODE,
        location_id="KADE",
        identity=IDENTITY,
        evse_no=1,
        ocpp16_connector_id=1,
        connectors=(Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", Decimal(22)),),
        physical_reference="left",
    )
