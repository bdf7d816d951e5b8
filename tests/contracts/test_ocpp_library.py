"""The charge points of the `ocpp` library, which somebody else wrote, against our gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import ocpp.v16
import ocpp.v21
import ocpp.v201
import pytest
from ocpp.routing import on
from websockets.asyncio.client import connect

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import basic, serving, until
from tests.fakes.charge_points import OPERATOR, PASSWORD, FakeFacts, charge_point
from tests.fakes.clock import FakeClock

AT = "2026-03-02T08:59:30Z"
INTERVALS = {"MeterValueSampleInterval", "TxUpdatedInterval"}
START = RemoteStart(OPERATOR, "CP1", 1, 1, "TAG", 7)


class Station16(ocpp.v16.ChargePoint):
    """A charge point of 1.6 by the library; it validates whatever comes."""

    started: asyncio.Event

    @on("RemoteStartTransaction")
    def remote_start(self, **_: object) -> ocpp.v16.call_result.RemoteStartTransaction:
        """Accept."""
        self.started.set()
        return ocpp.v16.call_result.RemoteStartTransaction("Accepted")

    @on("RemoteStopTransaction")
    def remote_stop(self, **_: object) -> ocpp.v16.call_result.RemoteStopTransaction:
        """Accept."""
        return ocpp.v16.call_result.RemoteStopTransaction("Accepted")

    @on("GetConfiguration")
    def get(self, key: list[str]) -> ocpp.v16.call_result.GetConfiguration:
        """Know the interval and nothing else."""
        known = [{"key": key[0], "readonly": False, "value": "60"}]
        return ocpp.v16.call_result.GetConfiguration(known, key[1:])

    @on("ChangeConfiguration")
    def change(self, key: str, value: str) -> ocpp.v16.call_result.ChangeConfiguration:
        """Take it."""
        self.changed[key] = value
        return ocpp.v16.call_result.ChangeConfiguration("Accepted")


def station2(library):
    """Return a charge point class of 2.0.1 or 2.1 by the library."""

    class Station2(library.ChargePoint):
        @on("RequestStartTransaction")
        def request_start(self, **_: object):
            self.started.set()
            return library.call_result.RequestStartTransaction("Accepted")

        @on("RequestStopTransaction")
        def request_stop(self, **_: object):
            return library.call_result.RequestStopTransaction("Accepted")

        @on("GetVariables")
        def get(self, get_variable_data: list):
            return library.call_result.GetVariables(
                [
                    {"attribute_status": "Accepted", "attribute_value": "60", **each}
                    for each in get_variable_data
                ]
            )

        @on("SetVariables")
        def set(self, set_variable_data: list):
            self.changed.update(
                {each["variable"]["name"]: each["attribute_value"] for each in set_variable_data}
            )
            return library.call_result.SetVariables(
                [
                    {
                        "attribute_status": "Accepted",
                        "component": each["component"],
                        "variable": each["variable"],
                    }
                    for each in set_variable_data
                ]
            )

    return Station2


@asynccontextmanager
async def connected(kind, version: str, facts: FakeFacts) -> AsyncIterator[tuple]:
    """Connect a charge point of the library to a gateway that sets it up."""
    settings = OcppSettings(settle_seconds=0, call_seconds=5)
    gateway = OcppGateway(facts, FakeClock(), settings)
    async with (
        serving(gateway.endpoint) as url,
        connect(
            f"{url}/CP1",
            subprotocols=[version],
            additional_headers=basic("CP1", PASSWORD.encode()),
        ) as socket,
    ):
        station = kind("CP1", socket)
        station.started, station.changed = asyncio.Event(), {}
        reading = asyncio.create_task(station.start())
        yield gateway, station
        reading.cancel()
        await asyncio.wait([reading])


async def test_a_charge_point_of_1_6():
    """Boot, status, set-up, remote start, meter, remote stop."""
    facts, call = FakeFacts(charge_point()), ocpp.v16.call
    async with connected(Station16, "ocpp1.6", facts) as (gateway, station):
        boot = await station.call(call.BootNotification("Model", "Vendor"))
        await station.call(call.StatusNotification(1, "NoError", "Available"))
        await until(lambda: INTERVALS & station.changed.keys())
        outcome = await gateway.commands.remote_start(START)
        started = await station.call(call.StartTransaction(1, "TAG", 1000, AT))
        sample = [{"timestamp": AT, "sampledValue": [{"value": "2.5", "unit": "kWh"}]}]
        await station.call(call.MeterValues(1, sample, started.transaction_id))
        number = str(started.transaction_id)
        stopped = await gateway.commands.remote_stop(RemoteStop(OPERATOR, "CP1", number))
        await station.call(call.StopTransaction(3000, AT, started.transaction_id))

    assert "Accepted" == boot.status
    assert {"MeterValueSampleInterval": "30"} == station.changed
    assert [CommandOutcome.ACCEPTED] * 2 == [outcome, stopped]
    assert {"status": "Accepted"} == started.id_tag_info
    assert Decimal(2500) == facts.sampled[0].samples[0].energy_wh
    assert Decimal(3000) == facts.stops[0].meter_stop_wh


@pytest.mark.parametrize(("library", "version"), [(ocpp.v201, "ocpp2.0.1"), (ocpp.v21, "ocpp2.1")])
async def test_a_charge_point_of_2(library, version):
    """The same with transaction events and the device model."""
    facts, call = FakeFacts(charge_point()), library.call
    async with connected(station2(library), version, facts) as (gateway, station):
        status = {"timestamp": AT, "connector_status": "Available"}
        about = {"model": "Model", "vendor_name": "Vendor"}
        boot = await station.call(call.BootNotification(about, "PowerUp"))
        await station.call(call.StatusNotification(evse_id=1, connector_id=1, **status))
        await until(lambda: INTERVALS & station.changed.keys())
        outcome = await gateway.commands.remote_start(START)
        common = {"timestamp": AT, "evse": {"id": 1, "connector_id": 1}}
        started = await station.call(
            call.TransactionEvent(
                event_type="Started",
                trigger_reason="RemoteStart",
                seq_no=0,
                transaction_info={"transaction_id": "t1", "remote_start_id": 7},
                id_token={"id_token": "TAG", "type": "Central"},
                meter_value=[{"timestamp": AT, "sampled_value": [{"value": 1000.0}]}],
                **common,
            )
        )
        stopped = await gateway.commands.remote_stop(RemoteStop(OPERATOR, "CP1", "t1"))
        await station.call(
            call.TransactionEvent(
                event_type="Ended",
                trigger_reason="RemoteStop",
                seq_no=1,
                transaction_info={"transaction_id": "t1", "stopped_reason": "Remote"},
                meter_value=[{"timestamp": AT, "sampled_value": [{"value": 3000.0}]}],
                **common,
            )
        )

    assert "Accepted" == boot.status
    assert "30" == station.changed["TxUpdatedInterval"]
    assert [CommandOutcome.ACCEPTED] * 2 == [outcome, stopped]
    assert {"status": "Accepted"} == started.id_token_info
    assert (7, Decimal(1000)) == (facts.starts[0].remote_start_id, facts.starts[0].meter_start_wh)
    assert Decimal(3000) == facts.stops[0].meter_stop_wh
