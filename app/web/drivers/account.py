"""Who is signed in at an operator, for whatever page wants to know."""

from dataclasses import dataclass, replace
from uuid import UUID

from litestar import Response

from app.directpay.offers.guess import Presented
from app.people.identity.drivers.access import Caller
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.drivers.model import Driver
from app.people.identity.drivers.recognise import recognise
from app.people.identity.find import find_operator
from app.people.identity.model import Operator
from app.pricing.tariffs.choice.drivers import groups_of
from app.pricing.tariffs.choice.model import Group
from app.web.drivers.cookies import account_cookie, account_secret, no_account
from app.web.language import choose_language
from app.web.pages import Pages
from app.web.request import AnyRequest


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser at an operator's pages: its *driver* where one is signed in, by *browser_id*."""

    operator: Operator
    driver: Driver | None
    secret: str
    new_secret: str | None = None
    browser_id: UUID | None = None

    @property
    def groups(self) -> frozenset[Group]:
        """Return the groups that the operator put the driver into; none for a stranger."""
        return frozenset() if self.driver is None else groups_of(self.driver)

    def presents(self, presented: Presented) -> Presented:
        """Return what is *presented*, by whom it is."""
        driver_id = None if self.driver is None else self.driver.driver_id
        return replace(presented, groups=self.groups, driver_id=driver_id)

    def remembered(self, answer: Response[bytes], pages: Pages) -> Response[bytes]:
        """Return *answer* with the cookie that keeps the browser signed in, or ends it."""
        if self.driver is None and self.secret:
            answer.set_cookie(no_account(self.operator.slug, pages.config))
        elif self.new_secret is not None:
            answer.set_cookie(account_cookie(self.operator.slug, self.new_secret, pages.config))
        return answer


async def visitor_at(request: AnyRequest, slug: str, pages: Pages) -> Visitor:
    """Return who looks at an operator's page, and speak their language. OperatorNotFound."""
    operator = await find_operator(slug, database=pages.desk.database)
    choose_language(request, operator.languages)
    return await visitor_of(request, operator, pages)


async def visitor_here(request: AnyRequest, slug: str, pages: Pages) -> Visitor | None:
    """Return who looks at a page of the operator *slug*, or None: nobody who was signed in."""
    if not account_secret(request, slug, pages.config):
        return None
    return await visitor_of(request, await find_operator(slug, database=pages.desk.database), pages)


async def visitor_of(request: AnyRequest, operator: Operator, pages: Pages) -> Visitor:
    """Return who looks at a page of *operator*."""
    secret = account_secret(request, operator.slug, pages.config)
    if not secret:
        return Visitor(operator, None, "")
    known = await recognise(secret, operator_id=operator.operator_id, database=pages.desk.database)
    if known is None:
        return Visitor(operator, None, secret)
    return Visitor(operator, known.driver, secret, known.secret, known.browser_id)


def caller_of(visitor: Visitor) -> Caller:
    """Return who is signed in, by which browser. Raises NotSignedIn."""
    driver = signed_in(visitor)
    assert visitor.browser_id is not None, "a driver is known by a browser"  # noqa: S101
    return Caller(driver.operator_id, driver.driver_id, visitor.browser_id)


def signed_in(visitor: Visitor) -> Driver:
    """Return the driver who is signed in. Raises NotSignedIn."""
    if visitor.driver is None:
        raise NotSignedIn("this page is a driver's own", slug=visitor.operator.slug)
    return visitor.driver
