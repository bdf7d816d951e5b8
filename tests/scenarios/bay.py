"""A bay with two sockets and one card terminal between them, for stories."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.charging.chargers.model import Connector, EvseStatus
from app.charging.chargers.setup.model import EvseDraft
from app.charging.chargers.setup.save import save_evse
from app.directpay.follow.show import journey_view
from app.directpay.views import JourneyView
from app.funds.payments.model import Payment
from app.funds.payments.ports import ProviderStatus
from app.funds.payments.steps import get_payment
from app.funds.terminals import store
from app.funds.terminals.hear import hear
from app.funds.terminals.model import Prompt, PromptState, Terminal
from app.funds.terminals.setup.save import save_terminals
from tests.fakes.terminals import FakeTerminals
from tests.scenarios.world import CODE, IDENTITY, OPERATOR, World

TERMINAL = "bay"
DEVICE = "T-1"
LEFT, RIGHT = "VLT1-1", "VLT1-2"


@dataclass
class Bay:
    """The terminal, and each socket as a world of its own on the same database."""

    left: World
    right: World

    @property
    def terminals(self) -> FakeTerminals:
        """The terminal's own side."""
        return self.left.terminals

    @property
    def asks(self) -> str | None:
        """What the terminal asks for: `pay`, `read`, or None."""
        asked = self.terminals.asks.get(DEVICE)
        return None if asked is None else "read" if asked.startswith("reading:") else "pay"

    async def plugs(self, world: World) -> None:
        """A driver puts the cable in."""
        await world.reports(EvseStatus.PREPARING)

    async def taps(self, card: str = "first card") -> None:
        """A driver shows a card, and the terminal says that something happened."""
        self.terminals.tap(DEVICE, card)
        await self.hint()
        await self.passes(5)

    async def hint(self) -> None:
        """The terminal says that something happened."""
        sql = self.left.worker.sql
        row = sql.execute("SELECT webhook_token FROM provider_account").fetchone()
        assert row is not None
        await hear("mollie", row[0], [DEVICE], desk=self.left.desk.payments)
        await self.left.worker.run_due()

    async def passes(self, seconds: int) -> None:
        """Time goes by in steps of five seconds, with a sweep at each."""
        for _ in range(max(seconds // 5, 1)):
            await self.left.passes(seconds=5)

    async def pays_and_starts(self, world: World, card: str = "first card") -> None:
        """The whole way to a running transaction: plug, tap, start."""
        await self.plugs(world)
        await self.taps(card)
        await world.starts()

    async def prompts(self) -> list[Prompt]:
        """Every prompt, the oldest first."""
        rows = self.left.worker.sql.execute(
            "SELECT prompt_id FROM terminal_prompt ORDER BY wished_at, prompt_id"
        ).fetchall()
        async with self.left.database.work(OPERATOR) as work:
            found = [await store.find_prompt(work, prompt_id) for (prompt_id,) in rows]
        return [each for each in found if each is not None]

    async def last(self) -> Prompt:
        """The last prompt."""
        return (await self.prompts())[-1]

    async def payment(self, payment_id: UUID | None) -> Payment:
        """A payment as we have it."""
        assert payment_id is not None
        async with self.left.database.work(OPERATOR) as work:
            return await get_payment(work, payment_id)

    async def sees(self, prompt: Prompt) -> JourneyView:
        """What the page behind the terminal's QR code shows."""
        assert prompt.journey_id is not None
        token = self.left.desk.secrets.token(prompt.journey_id)
        return await journey_view(token, desk=self.left.desk)

    async def receipt(self, prompt: Prompt) -> Receipt | None:
        """The receipt of a session that was paid at the terminal."""
        assert prompt.session_id is not None
        async with self.left.database.work(OPERATOR) as work:
            return await receipt_of_session(work, prompt.session_id)

    async def running(self) -> list[str]:
        """The sockets at which a session runs that was paid here."""
        return [each.evse_uid for each in await self.prompts() if each.state is PromptState.RUNNING]

    @property
    def book(self) -> list[tuple[ProviderStatus, int, int]]:
        """The provider's own book: status, and minor units captured and refunded."""
        return [
            (each.status, each.captured.minor, each.refunded.minor)
            for each in self.left.provider.snapshots.values()
        ]


async def open_bay(left: World) -> Bay:
    """Return a bay whose left socket is that of the *left* world."""
    async with left.database.work(OPERATOR) as work:
        await save_evse(work, _right())
        await save_terminals(work, [terminal()])
    right = replace(left, connector=2)
    bay = Bay(left, right)
    right.is_connected = True
    await right.reports(EvseStatus.AVAILABLE)
    return bay


def terminal(**changes: object) -> Terminal:
    """Return the terminal as the operator set it up."""
    plain = Terminal(
        operator_id=OPERATOR,
        terminal_id=TERMINAL,
        provider="mollie",
        device=DEVICE,
        name="Between the sockets",
        language="en",
        waits=False,
        evse_uids=(LEFT, RIGHT),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def _right() -> EvseDraft:
    return EvseDraft(
        evse_uid=RIGHT,
        evse_id="NL*VLT*E1*2",
        code=CODE[:-1] + "3",
        location_id="KADE",
        identity=IDENTITY,
        evse_no=2,
        ocpp16_connector_id=2,
        connectors=(Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", Decimal(22)),),
        physical_reference="right",
    )
