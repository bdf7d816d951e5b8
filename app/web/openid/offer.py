"""How drivers may sign in beside the code by mail, where they are."""

from app.people.identity.model import Operator
from app.people.identity.openid.begin import offered
from app.web.drawing.me_page import OtherWays
from app.web.pages import Pages
from app.web.passkeys.here import script_for
from app.web.request import AnyRequest


async def other_ways(request: AnyRequest, operator: Operator, pages: Pages) -> OtherWays:
    """Return what the operator offers at the request's address."""
    known = await offered(operator_id=operator.operator_id, database=pages.desk.database)
    label = "" if known is None else known.label
    return OtherWays(script_for(request, operator, pages), label)
