"""The frame around a page of the app, for who looks at it."""

from app.directpay.owned.running import running
from app.web.drawing.app.frame import Frame
from app.web.drivers.account import Visitor
from app.web.pages import Pages, tickets_of
from app.web.request import AnyRequest


async def frame_of(request: AnyRequest, visitor: Visitor, pages: Pages) -> Frame:
    """Return the frame with what runs for the driver, or was paid in this browser."""
    driver_id = None if visitor.driver is None else visitor.driver.driver_id
    tokens = [ticket.token for ticket in tickets_of(request)]
    operator_id = visitor.operator.operator_id
    found = await running(driver_id, tokens, operator_id=operator_id, desk=pages.desk)
    return Frame(visitor.operator, found)
