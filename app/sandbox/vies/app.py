"""The REST face of the VAT register, and a control plane that says how it is today."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from litestar import Litestar, Response, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from msgspec import Struct


class Mood(StrEnum):
    """How the register is: working, a state's part away, broken, or talking nonsense."""

    GOOD = "good"
    STATE_AWAY = "state_away"
    BROKEN = "broken"
    NONSENSE = "nonsense"


class Question(Struct, rename="camel"):
    """What is asked: a number, and the number of who asks."""

    country_code: str
    vat_number: str
    requester_member_state_code: str | None = None
    requester_number: str | None = None


class Setting(Struct):
    """How the register shall be: its *mood*, and the *companies* it knows by VAT number."""

    mood: Mood = Mood.GOOD
    companies: dict[str, str] | None = None


@dataclass(slots=True)
class Register:
    """The state of the played register; *asked* counts the questions."""

    companies: dict[str, str] = field(default_factory=dict)
    mood: Mood = Mood.GOOD
    asked: int = 0


@post("/check-vat-number", status_code=200)
async def check(data: JSONBody[Question], register: NamedDependency[Register]) -> Response[Any]:
    """Answer as the register is today."""
    register.asked += 1
    match register.mood:
        case Mood.STATE_AWAY:
            return Response(
                {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}
            )
        case Mood.BROKEN:
            return Response({"error": "SERVICE_UNAVAILABLE"}, status_code=500)
        case Mood.NONSENSE:
            return Response("<html>maintenance</html>", media_type="text/html")
        case Mood.GOOD:
            return Response(_answer(data, register))


@put("/control/register")
async def control(data: JSONBody[Setting], register: NamedDependency[Register]) -> None:
    """Set the mood, and the companies if they are given."""
    register.mood = data.mood
    if data.companies is not None:
        register.companies = data.companies


def _answer(data: Question, register: Register) -> dict[str, object]:
    name = register.companies.get(data.country_code + data.vat_number)
    identifier = f"WAPIAAAA{register.asked:08}" if data.requester_number else ""
    return {
        "countryCode": data.country_code,
        "vatNumber": data.vat_number,
        "requestDate": "2026-11-22T10:00:00.000Z",
        "valid": name is not None,
        "requestIdentifier": identifier,
        "name": name or "---",
        "address": "---",
    }


def vies_app(register: Register) -> Litestar:
    """Return the played register as an ASGI app."""
    given = Provide(lambda: register, sync_to_thread=False)
    return Litestar([check, control], dependencies={"register": given}, openapi_config=None)
