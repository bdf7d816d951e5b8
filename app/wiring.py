"""The one place that chooses: the database, the buses, the providers, the charger gateway."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.billing.receipts.deliver import PostRoom
from app.charging.cdrs.flag import flag_cdr
from app.charging.chargers.display.model import DisplaySecrets
from app.charging.sessions.events import SessionFlagged, SessionsMeasured
from app.directpay import advance
from app.directpay.afterwards import follow as promises
from app.directpay.board.notices import PriceBoard
from app.directpay.board.tell import board_reactors
from app.directpay.books import sale
from app.directpay.desk import Desk, Secrets
from app.directpay.favourites.react import favourite_reactors
from app.directpay.follow.limits import look_again
from app.directpay.follow.watch import PAUSE_MS, Follower
from app.directpay.integrated import settle as integrated
from app.directpay.integrated.till import Till
from app.directpay.letters.links import PageLinks
from app.directpay.lists.jobs import list_reactors
from app.directpay.notices.session import notice_reactors
from app.directpay.reader.desk import ReaderDesk
from app.directpay.vehicles.see import vehicle_reactors
from app.funds.means import keep as means
from app.funds.payments.accounts import Vault
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.health import SharedFuses
from app.funds.postpaid import carry_out as postpaid
from app.funds.terminals import reactors as terminals
from app.funds.wallet import reactors as wallets
from app.gateways.adyen.devices.devices import AdyenDevices
from app.gateways.adyen.means import AdyenMeans
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.adyen.settlements import AdyenSettlements
from app.gateways.adyen.shares import AdyenShares
from app.gateways.dns.records import DnsRecords
from app.gateways.mollie.means import MollieMeans
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.gateways.mollie.settlements import MollieSettlements
from app.gateways.mollie.shares import MollieShares
from app.gateways.mollie.terminals import MollieTerminals
from app.gateways.ocpi.chargers import EitherWay
from app.gateways.ocpi.client import OcpiClient
from app.gateways.ocpi.network import PublicTransport
from app.gateways.ocpp.desk.lists import OcppLists
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.prices.board import OcppBoard
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.terminals.verbs import TillTerminals
from app.gateways.ocpp.v2.display import OcppDisplays
from app.gateways.ocpp.v2.screens import Displays
from app.gateways.openid.providers import Providers
from app.gateways.smtp.mailer import SmtpMailer
from app.gateways.vies.register import ViesRegister
from app.gateways.webpush.service import WebPush
from app.infra.database import Database, Reactors, engine, together
from app.infra.limits import Limits, MemoryLimits
from app.infra.live import LiveBus, MemoryLiveBus
from app.infra.pdf import Press
from app.kernel.clock import Clock, SystemClock
from app.kernel.ids import RandomIds
from app.kernel.parts import part
from app.people.identity.hosts.book import Hosts
from app.people.identity.staff.record import witness
from app.people.notifications.keys import PushKeys
from app.people.notifications.ports import NoPush, PushService
from app.people.notifications.services import PushServices
from app.pricing.tariffs.events import PricesChanged
from app.pricing.vat import NoRegister, VatRegister
from app.roaming.abroad.chargers import PlatformChargers
from app.roaming.desk import RoamingDesk
from app.roaming.here.react import roaming_reactors
from app.roaming.here.reader import PlatformGuests
from app.settings import Settings
from app.worker.tasks import Workshop

if TYPE_CHECKING:
    from app.on_redis import OnRedis


@dataclass(frozen=True, slots=True)
class Services:
    """All that a process works with, whatever its role."""

    settings: Settings
    database: Database
    live: LiveBus
    desk: Desk
    post: PostRoom
    ocpp: OcppGateway
    roaming: RoamingDesk
    push: PushService = field(default_factory=NoPush)

    @property
    def workshop(self) -> Workshop:
        """Return what the jobs work with."""
        return Workshop(self.desk, self.post, self.push)


@asynccontextmanager
async def create_services(settings: Settings, database_url: str) -> AsyncIterator[Services]:
    """Open all that *settings* asks for, on the database there; close it in the opposite order."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        redis, secrets, board = _redis(settings), _secrets(settings), OcppBoard()
        live = await redis.live(stack) if redis else MemoryLiveBus()
        database = _database(settings, database_url, live, board, stack)
        hosts = await _hosts(settings, database)
        shown = Displays(hosts.base_of, DisplaySecrets((secrets.key, *secrets.former)))
        till = Till(database, secrets, hosts.base_of, _register(settings, clock, stack))
        readers = ReaderDesk(database, secrets)
        ocpp = _ocpp(redis, DatabaseFacts(readers, TillTerminals(till), board), board, shown)
        press = Press()
        limits = redis.limits(stack) if redis else MemoryLimits()
        roaming = _roaming(settings, database, limits, ocpp, stack)
        readers.guests = PlatformGuests(roaming)
        yield Services(
            settings=settings,
            database=database,
            live=live,
            desk=Desk(
                database=database,
                payments=_payments(settings, database, clock, stack),
                chargers=EitherWay(ocpp.commands, PlatformChargers(roaming)),
                secrets=secrets,
                press=press,
                hosts=hosts,
                records=DnsRecords(),
                limits=limits,
                register=till.register,
                displays=OcppDisplays(ocpp.commands, shown),
                lists=OcppLists(ocpp.commands),
                sticker_layouts=settings.sticker_layouts,
                providers=_providers(settings, clock, stack),
            ),
            post=_post_room(settings, database, press, hosts),
            ocpp=ocpp,
            roaming=roaming,
            push=_push(settings, secrets, clock, stack),
        )


async def _hosts(settings: Settings, database: Database) -> Hosts:
    hosts = Hosts(settings.http.base_url)
    await hosts.read_or_wait(database)
    return hosts


def _post_room(settings: Settings, database: Database, press: Press, hosts: Hosts) -> PostRoom:
    mail, links = settings.mail, PageLinks(_secrets(settings), hosts.base_of)
    mailer = SmtpMailer(mail, clock=SystemClock())
    return PostRoom(database, mailer, press, mail.sender, links.page_of)


def _push(settings: Settings, secrets: Secrets, clock: Clock, stack: AsyncExitStack) -> PushService:
    keys = PushKeys((secrets.key, *secrets.former))
    service = WebPush(keys, PushServices(), clock, contact=f"mailto:{settings.mail.sender}")
    stack.push_async_callback(service.close)
    return service


def _database(
    settings: Settings, database_url: str, live: LiveBus, board: PriceBoard, stack: AsyncExitStack
) -> Database:
    database = Database(
        engine(database_url, pool_size=settings.database.pool_size),
        clock=SystemClock(),
        ids=RandomIds(),
        live=live,
        reactors=_reactors(board, _secrets(settings)),
        witness=witness,
    )
    stack.push_async_callback(database.close)
    return database


def _redis(settings: Settings) -> "OnRedis | None":
    if settings.redis.url is None:
        return None
    shared: OnRedis = part("app.on_redis").OnRedis(settings.redis.url)
    return shared


def _ocpp(
    redis: "OnRedis | None", facts: DatabaseFacts, board: OcppBoard, shown: Displays
) -> OcppGateway:
    patience, join = OcppSettings(displays=shown), redis.join() if redis else None
    return OcppGateway(facts, SystemClock(), patience, join=join, board=board)


def _roaming(
    settings: Settings, database: Database, limits: Limits, ocpp: OcppGateway, stack: AsyncExitStack
) -> RoamingDesk:
    clock = SystemClock()
    network = None if settings.roaming.anywhere else PublicTransport()
    client = OcpiClient(clock, RandomIds(), network)
    stack.push_async_callback(client.close)
    return RoamingDesk(
        database=database,
        vault=Vault(_as_text(settings.security.master_keys)),
        peers=client,
        base_url=settings.http.base_url,
        limits=limits,
        clock=clock,
        chargers=ocpp.commands,
        calls=ocpp.calls,
        secrets=_secrets(settings),
    )


def _providers(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Providers:
    client = Providers(clock, None if settings.roaming.anywhere else PublicTransport())
    stack.push_async_callback(client.close)
    return client


def _register(settings: Settings, clock: Clock, stack: AsyncExitStack) -> VatRegister:
    if settings.vies_url is None:
        return NoRegister()
    vies = ViesRegister(settings.vies_url, clock)
    stack.push_async_callback(vies.close)
    return vies


def _payments(
    settings: Settings, database: Database, clock: Clock, stack: AsyncExitStack
) -> PaymentDesk:
    fuses = SharedFuses(database)
    mollie = MollieProvider(MollieOptions(endpoint=settings.payments.mollie_url), clock, fuses)
    stack.callback(mollie.close)
    options = AdyenOptions(endpoint=settings.payments.adyen_url)
    adyen, devices = AdyenProvider(options, clock, fuses), AdyenDevices(options, clock)
    stack.callback(adyen.close)
    stack.callback(devices.close)
    desk = PaymentDesk(
        database=database,
        providers={"mollie": mollie, "adyen": adyen},
        vault=Vault(_as_text(settings.security.master_keys)),
        hooks_base=settings.http.base_url,
        devices={"mollie": MollieTerminals(mollie), "adyen": devices},
        balances={"mollie": MollieSettlements(mollie)},
        reports={"adyen": AdyenSettlements(adyen, sandbox=settings.payments.adyen_url)},
        keepers={"mollie": MollieMeans(mollie), "adyen": AdyenMeans(adyen)},
        splitters={"adyen": AdyenShares(adyen)},
        routers={"mollie": MollieShares(mollie)},
    )
    stack.push_async_callback(desk.readings.close)
    return desk


def _secrets(settings: Settings) -> Secrets:
    key, *former = settings.security.master_keys
    return Secrets(key, tuple(former))


def _as_text(keys: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(urlsafe_b64encode(key).decode() for key in keys)


def _reactors(board: PriceBoard, secrets: Secrets) -> Reactors:
    follower = Follower(board, pause_ms=PAUSE_MS)
    return together(
        board_reactors(board),
        list_reactors(),
        favourite_reactors(),
        vehicle_reactors(),
        advance.reactors(),
        promises.reactors(),
        sale.reactors(),
        means.reactors(),
        wallets.reactors(),
        postpaid.reactors(),
        terminals.reactors(secrets),
        integrated.reactors(),
        roaming_reactors(),
        notice_reactors(),
        {
            SessionsMeasured: (follower.on_measured,),
            PricesChanged: (look_again,),
            SessionFlagged: (flag_cdr,),
        },
    )
