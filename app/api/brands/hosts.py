"""An operator's own programs name, prove and choose the hosts of its pages."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath

from app.api.answers import private
from app.api.brands.bodies import HOST, HOSTS, HostOrder, HostsView, HostView, host_view
from app.api.counter import AnyRequest, Counter
from app.api.keys import caller_of
from app.api.operators.route import for_operators
from app.people.identity.hosts.change import (
    add_host,
    list_hosts,
    make_main,
    prove_host,
    remove_host,
)
from app.people.identity.hosts.errors import HostInvalid, HostNotFound, HostNotProved, HostTaken
from app.people.identity.keys.model import Scope

_READS = "Needs the scope `brand:read`."
_WRITES = "Needs the scope `brand:write`."
_ORDER = Example(summary="A host", value=HostOrder(HOST.name))


@get(
    "/operator/hosts",
    operation_id="listHosts",
    summary="Hosts of the operator",
    description=f"With the DNS record that proves each. {_READS}",
    **for_operators(Scope.BRAND_READ, HOSTS),
)
async def list_own_hosts(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[HostsView]:
    """List them."""
    found = await list_hosts(
        operator_id=caller_of(request).operator_id, database=counter.desk.database
    )
    return private(HostsView(tuple(host_view(each) for each in found)))


@post(
    "/operator/hosts",
    operation_id="addHost",
    summary="Name a host",
    description="It counts as soon as it is proved by the DNS record that the answer names. "
    f"{_WRITES}",
    **for_operators(Scope.BRAND_WRITE, HOST, HostInvalid, HostTaken, status=201),
)
async def add_own_host(
    request: AnyRequest,
    data: Annotated[HostOrder, Body(examples=[_ORDER])],
    counter: NamedDependency[Counter],
) -> Response[HostView]:
    """Add it."""
    desk = counter.desk
    host = await add_host(
        data.name,
        operator_id=caller_of(request).operator_id,
        hosts=desk.hosts,
        database=desk.database,
    )
    return private(host_view(host))


@post(
    "/operator/hosts/{name:str}/check",
    operation_id="checkHost",
    summary="Check the proof of a host",
    description="Looks for the DNS record; from then on the operator's pages are there, and the "
    f"proxy may get a certificate. The first one that is proved is the main one. {_WRITES}",
    **for_operators(Scope.BRAND_WRITE, HOST, HostNotFound, HostNotProved, HostTaken),
)
async def check_own_host(
    request: AnyRequest, name: FromPath[str], counter: NamedDependency[Counter]
) -> Response[HostView]:
    """Check it."""
    desk = counter.desk
    host = await prove_host(
        name,
        operator_id=caller_of(request).operator_id,
        hosts=desk.hosts,
        records=desk.records,
        database=desk.database,
    )
    return private(host_view(host))


@put(
    "/operator/hosts/{name:str}/main",
    operation_id="makeHostMain",
    summary="Let the pages be at a host",
    description=f"Links name it, and the operator's other hosts lead there. {_WRITES}",
    **for_operators(Scope.BRAND_WRITE, HOST, HostNotFound, HostNotProved),
)
async def make_own_host_main(
    request: AnyRequest, name: FromPath[str], counter: NamedDependency[Counter]
) -> Response[HostView]:
    """Choose it."""
    desk = counter.desk
    host = await make_main(
        name,
        operator_id=caller_of(request).operator_id,
        hosts=desk.hosts,
        database=desk.database,
    )
    return private(host_view(host))


@delete(
    "/operator/hosts/{name:str}",
    operation_id="removeHost",
    summary="Take a host away",
    description="It leads nowhere any more. Without a main host the pages are at the "
    f"installation's own. The answer are the hosts that are left. {_WRITES}",
    **for_operators(Scope.BRAND_WRITE, HOSTS, HostNotFound),
)
async def remove_own_host(
    request: AnyRequest, name: FromPath[str], counter: NamedDependency[Counter]
) -> Response[HostsView]:
    """Take it away."""
    desk, operator_id = counter.desk, caller_of(request).operator_id
    await remove_host(name, operator_id=operator_id, hosts=desk.hosts, database=desk.database)
    left = await list_hosts(operator_id=operator_id, database=desk.database)
    return private(HostsView(tuple(host_view(each) for each in left)))
