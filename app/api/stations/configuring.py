"""Read and write the settings of charge points."""

from typing import Annotated

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import OPERATOR_KEY
from app.api.problems import declared
from app.api.stations import examples
from app.api.stations.bodies import CallKey, Identity, Keys, SettingsOrder
from app.api.stations.calling import CALLED, MAY_CALL, NEEDS, REFUSALS, WAY, caller
from app.api.stations.views import CallView, Settings, call_view, settings_view
from app.charging.chargers.calls.command import make_command
from app.charging.chargers.calls.commands import ReadSettings, ReportSettings, WriteSettings

_TOLD = {
    200: ResponseSpec(
        Settings,
        generate_examples=False,
        description="The settings as the charge point told or took them",
        examples=[Example(summary="One", value=examples.SETTINGS)],
    ),
    **declared(*REFUSALS),
}


@get(
    f"{WAY}/configuration",
    operation_id="readConfiguration",
    summary="Read settings",
    description="Asks the charge point now: GetConfiguration (1.6), GetVariables (2.x). A refusal "
    f"tells nothing: the call stands in the list of calls. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    responses=_TOLD,
)
async def read_configuration(
    request: AnyRequest, identity: Identity, counter: NamedDependency[Counter], keys: Keys = None
) -> Response[Settings]:
    """Answer what the charge point tells."""
    made = await make_command(
        identity,
        ReadSettings(tuple(keys or ())),
        caller(request),
        gateway=counter.calls,
        database=counter.desk.database,
    )
    told = [setting for call in made for setting in counter.calls.settings_of(call)]
    return private(settings_view(told))


@patch(
    f"{WAY}/configuration",
    operation_id="writeConfiguration",
    summary="Change settings",
    description="ChangeConfiguration for each (1.6), or SetVariables (2.x). `status` is what the "
    f"charge point says of each. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    responses=_TOLD,
)
async def write_configuration(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[
        SettingsOrder, Body(examples=[Example(summary="One", value=examples.NEW_SETTINGS)])
    ],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[Settings]:
    """Change them."""
    made = await make_command(
        identity,
        WriteSettings(data.settings),
        caller(request, idempotency_key),
        gateway=counter.calls,
        database=counter.desk.database,
    )
    taken = [setting for call in made for setting in counter.calls.settings_of(call)]
    return private(settings_view(taken))


@post(
    f"{WAY}/configuration/report",
    operation_id="reportConfiguration",
    summary="Ask for a report of all variables",
    description="GetBaseReport with the full inventory (2.x). The charge point reports in messages "
    f"of its own (NotifyReport), which it sends soon. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def report_configuration(
    request: AnyRequest,
    identity: Identity,
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Ask for it."""
    made = await make_command(
        identity,
        ReportSettings(),
        caller(request, idempotency_key),
        gateway=counter.calls,
        database=counter.desk.database,
    )
    return private(call_view(made[0], made[0].asked_at))
