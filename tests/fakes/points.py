"""An operator with charging points, saved in a test's database."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.charging.chargers.model import Connector, Evse, EvseStatus, Location
from app.charging.chargers.read import get_evse
from app.charging.chargers.record_status import record_status
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    save_charge_point,
    save_evse,
    save_holds,
    save_location,
)
from app.infra.database import Database
from app.kernel.money import Money
from app.people.identity.brand.model import Brand
from app.people.identity.model import Address, Links, Operator, Support
from app.people.identity.save import save_operator

OPERATOR = Operator(
    operator_id=UUID("0195552c-0000-7000-8000-000000000001"),
    slug="lampje",
    legal_name="Lampje Laden B.V.",
    address=Address("Kade 1", "1011 AB", "Amsterdam", "NL"),
    vat_number="NL123456789B01",
    brand=Brand("Lampje", "#0a7d4f"),
    support=Support("+31 20 123 4567", "help@lampje.example"),
    links=Links(
        "https://lampje.example/terms",
        "https://lampje.example/privacy",
        "https://lampje.example/imprint",
    ),
    receipt_series="LMP",
    languages=("nl", "en"),
)
OTHER_OPERATOR = replace(
    OPERATOR, operator_id=UUID("0195552c-0000-7000-8000-000000000002"), slug="ander"
)
LOCATION = Location(
    location_id="AMS-1",
    name="Kade",
    address="Kade 1",
    postal_code="1011 AB",
    city="Amsterdam",
    country="NL",
    latitude=Decimal("52.370000"),
    longitude=Decimal("4.900000"),
    time_zone="Europe/Amsterdam",
)
AC_22 = Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", Decimal(22))
DC_150 = Connector("1", "IEC_62196_T2_COMBO", "CABLE", "DC", Decimal(150))
PASSWORD = "a-password-of-24-letters"
IDENTITY = "CP-1"


def draft(uid: str = "EVSE-1", code: str = "AAAAAA", **changes: object) -> EvseDraft:
    """Return an AC EVSE on the station CP-1, with *changes*."""
    plain = EvseDraft(
        evse_uid=uid,
        evse_id="NL*LMP*E1",
        code=code,
        location_id="AMS-1",
        identity=IDENTITY,
        evse_no=1,
        ocpp16_connector_id=1,
        connectors=(AC_22,),
        physical_reference="1",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the tests name the fields


@dataclass(frozen=True)
class Points:
    """What `furnish` saved."""

    operator_id: UUID
    evse: Evse
    other: Evse


async def furnish(database: Database, operator: Operator = OPERATOR, *, mark: str = "") -> Points:
    """Save *operator* with one location and a station of two EVSEs; *mark* makes codes differ."""
    identity = IDENTITY + mark
    first = draft(code=f"AAAAAA{mark}", identity=identity)
    second = draft("EVSE-2", f"BBBBBB{mark}", evse_no=2, ocpp16_connector_id=2, identity=identity)
    second = replace(second, evse_id="NL*LMP*E2")
    async with database.work(operator.operator_id) as work:
        await save_operator(work, operator)
        await save_location(work, LOCATION)
        await save_charge_point(work, identity, PASSWORD)
        await save_evse(work, first)
        await save_evse(work, second)
        await save_holds(work, {HoldKey(HoldScope.OPERATOR, "", "AC"): Money(4000, "EUR")})
        return Points(
            operator.operator_id,
            await get_evse(work, first.evse_uid),
            await get_evse(work, second.evse_uid),
        )


async def report_status(
    database: Database, points: Points, status: EvseStatus, *, at: datetime, connector: int = 1
) -> None:
    """Let the station of *points* report a 1.6 status, received when it was taken."""
    await record_status(
        StatusReport(
            points.operator_id, points.evse.identity, None, connector, status, "NoError", at, at
        ),
        database=database,
    )
