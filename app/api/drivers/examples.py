"""Examples of signing in, made of the very types that are sent."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from app.api.drivers.bodies import (
    AccessTokens,
    CardView,
    ClaimedSession,
    CodeSent,
    CodeTyped,
    CodeWanted,
    Devices,
    DeviceView,
    DriverData,
    DriverView,
    MeansEntry,
    ProfileChange,
    RefreshOrder,
    SessionEntry,
    Sessions,
)
from app.api.wallets.examples import WALLETS
from app.directpay.model import Ending, Stage
from app.directpay.prices.views import MoneyView

_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_SECRET = "Xf3kq1vT0b9pZr7mWc2yLh5sNdE"  # noqa: S105 - an example
_REFRESH = "AZysPoRxd_OX82nPA8VeNHXf3kq1vT0b9pZr7mWc2yLh5sNdE"
_DEVICE = UUID("019cadc6-9e68-7563-97f3-fa905c5e347e")

CODE_WANTED = CodeWanted("voltstraat", "anna@example.com", "nl")
CODE_SENT = CodeSent(_SECRET)
CODE_TYPED = CodeTyped("voltstraat", _SECRET, "123456", "Pixel 9")
REFRESH = RefreshOrder(_REFRESH)
TOKENS = AccessTokens("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTljIn0.c2ln", "Bearer", 900, _REFRESH)
DRIVER = DriverView(_DEVICE, "anna@example.com", "nl", _AT, "Anna")
PROFILE = ProfileChange(name="Anna", locale="nl")
DEVICES = Devices((DeviceView(_DEVICE, "app", "Pixel 9", current=True, since=_AT, used_at=_AT),))
SESSIONS = Sessions(
    sessions=(
        SessionEntry(
            token=_SECRET,
            stage=Stage.ENDED,
            ending=Ending.CHARGED,
            began_at=_AT,
            ended_at=datetime(2026, 3, 2, 9, 41, tzinfo=UTC),
            location="Kade",
            city="Rotterdam",
            evse_id="NL*VLT*E1*1",
            energy_kwh=Decimal("12.340"),
            charged=MoneyView(617, "EUR"),
            receipt_number="2026-000042",
        ),
    ),
    next_cursor=None,
)
CLAIM = ClaimedSession(_SECRET, "Zr7mWc2yLh5sNdEXf3kq1vT0b9p")
MEANS = MeansEntry(
    means_id=UUID("019c0000-0000-7000-8000-000000000002"),
    instrument="Visa •••• 4242",
    name="The company's",
    method="creditcard",
    agreed_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
)
DATA = DriverData(
    driver=DRIVER,
    groups=("fleet:ACME",),
    devices=DEVICES.devices,
    sessions=SESSIONS.sessions,
    cards=(CardView("04A2B3C4D5E680", "NL-VLT-000123", valid=True),),
    credit=WALLETS.wallets,
    means=(MEANS,),
)
