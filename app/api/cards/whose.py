"""Whose cards and cars a call is about."""

from collections.abc import Callable
from uuid import UUID

from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import driver_of
from app.charging.tokens.errors import TokenNotFound
from app.charging.tokens.model import Token
from app.charging.tokens.own import name_token, own_token
from app.people.identity.drivers.devices import whoever_calls
from app.people.identity.drivers.model import Driver


async def driver_in(request: AnyRequest, counter: Counter) -> Driver:
    """Return the driver whom the route's guard has let in. Raises NotSignedIn: gone since."""
    return await whoever_calls(driver_of(request), database=counter.desk.database)


async def shown(request: AnyRequest, token_id: UUID, counter: Counter) -> Token:
    """Return a card or a car of who calls. Raises TokenNotFound."""
    driver = await driver_in(request, counter)
    async with counter.desk.database.work(driver.operator_id) as work:
        return await own_token(work, token_id, driver.driver_id)


async def named(
    request: AnyRequest,
    token_id: UUID,
    name: str,
    check: Callable[[Token], None],
    counter: Counter,
) -> Token:
    """
    Call a card or a car of who calls *name*, and return it.

    *check* may refuse it as it is before. Raises TokenNotFound, TokenInvalid.
    """
    driver = await driver_in(request, counter)
    async with counter.desk.database.work(driver.operator_id) as work:
        token = await own_token(work, token_id, driver.driver_id)
        check(token)
        return await name_token(work, token, name)


def require_kind(token: Token, *, is_vehicle: bool) -> None:
    """Raise TokenNotFound for a card where a car is asked for, and the other way round."""
    if token.is_vehicle is not is_vehicle:
        raise TokenNotFound("the driver has no such one", token_id=str(token.token_id))
