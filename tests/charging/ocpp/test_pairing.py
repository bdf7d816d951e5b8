"""What is asked and set after a connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from app.charging.chargers.display.model import DisplaySecrets
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.v2.screens import Displays
from app.people.identity.hosts.book import Hosts
from tests.charging.ocpp.conftest import Raw, raw_charger, serving
from tests.fakes.charge_points import FakeFacts, charge_point

KEYS = {
    "MeterValueSampleInterval": "60",
    "MeterValuesSampledData": "Power.Active.Import, Energy.Active.Import.Register",
    "ConnectionTimeOut": "180",
    "AuthorizeRemoteTxRequests": "true",
}


@pytest.fixture
async def impatient(facts, clock) -> AsyncIterator[tuple[OcppGateway, str]]:
    """A gateway that does not wait for a boot."""
    settings = OcppSettings(boot_grace_seconds=0, settle_seconds=0, pairing_call_seconds=1)
    gateway = OcppGateway(facts, clock, settings)
    async with serving(gateway.endpoint) as url:
        yield gateway, url


async def talk(charger: Raw, answer: Callable[[str, dict], dict | None]) -> list[tuple[str, dict]]:
    """Answer what the gateway asks until it is quiet for a moment; return what it asked."""
    asked = []
    while True:
        try:
            async with asyncio.timeout(1.5):
                _, message_id, action, payload = await charger.hear()
        except TimeoutError:
            return asked
        asked.append((action, payload))
        result = answer(action, payload)
        if result is not None:
            await charger.say(json.dumps([3, message_id, result]))


async def test_a_connection_without_a_boot_is_asked_for_its_status(impatient):
    """OCPP-J 1.6, 5.4: after a reconnect no boot comes, and perhaps no status either."""
    async with raw_charger(impatient[1]) as charger:
        asked = await talk(charger, lambda *_: {"status": "Accepted"})

    triggers = [payload for action, payload in asked if action == "TriggerMessage"]
    assert [
        {"requestedMessage": "StatusNotification", "connectorId": number} for number in (1, 2)
    ] == triggers


async def test_only_what_differs_is_changed(impatient):
    """A charge point has a memory that wears out: what is right is not written again."""

    def answer(action: str, payload: dict) -> dict:
        if action != "GetConfiguration":
            return {"status": "Accepted"}
        known = [
            {"key": key, "readonly": False, "value": KEYS[key]}
            for key in payload["key"]
            if key in KEYS
        ]
        return {"configurationKey": known, "unknownKey": ["StopTransactionOnInvalidId"]}

    gateway, url = impatient
    async with raw_charger(url) as charger:
        asked = await talk(charger, answer)

        assert [
            {"key": "MeterValueSampleInterval", "value": "30"},
            {"key": "AuthorizeRemoteTxRequests", "value": "false"},
        ] == [payload for action, payload in asked if action == "ChangeConfiguration"]
        assert gateway.registry.here("CP1").station.asks_again is False


async def test_a_measurand_that_is_not_known_is_left_out(impatient, facts):
    """DC: without the state of charge, then without the power; the register has to be."""
    facts.known["CP1"] = charge_point(power_type="DC")
    tried = []

    def answer(action: str, payload: dict) -> dict:
        if payload.get("key") == "MeterValuesSampledData":
            tried.append(payload["value"])
            return {"status": "Rejected" if "," in payload["value"] else "Accepted"}
        return {"status": "NotSupported", "configurationKey": []}

    def no_configuration(action: str, payload: dict) -> dict:
        if action == "GetConfiguration":
            known = [{"key": "MeterValuesSampledData", "readonly": False}]
            return {"configurationKey": known}
        return answer(action, payload)

    async with raw_charger(impatient[1]) as charger:
        await talk(charger, no_configuration)

    register, power = "Energy.Active.Import.Register", "Power.Active.Import"
    assert [f"{register},{power},SoC", f"{register},{power}", register] == tried


async def test_what_is_readonly_is_left_alone(impatient):
    """AuthorizeRemoteTxRequests that can't be changed: the charge point will ask again."""
    known = [{"key": "AuthorizeRemoteTxRequests", "readonly": True, "value": "true"}]
    gateway, url = impatient
    async with raw_charger(url) as charger:
        asked = await talk(charger, lambda *_: {"configurationKey": known, "status": "Accepted"})

        assert "ChangeConfiguration" not in [action for action, _ in asked]
        assert gateway.registry.here("CP1").station.asks_again is True


async def test_a_silent_charge_point_is_left_in_peace(impatient):
    """Without an answer nothing more is set: a start must not wait behind the set-up."""
    async with raw_charger(impatient[1]) as charger:
        asked = await talk(charger, lambda *_: None)

    assert ["GetConfiguration", "TriggerMessage"] == [action for action, _ in asked]


async def test_variables_of_2_are_asked_in_small_parts(impatient):
    """ItemsPerMessage is small on small charge points; unknown variables are not set."""

    def answer(action: str, payload: dict) -> dict:
        if action == "GetVariables":
            return {
                "getVariableResult": [
                    {
                        **each,
                        "attributeStatus": "Accepted"
                        if each["component"]["name"] == "TxCtrlr"
                        else "UnknownComponent",
                        "attributeValue": "60",
                    }
                    for each in payload["getVariableData"]
                ]
            }
        if action == "SetVariables":
            results = [
                {
                    "component": each["component"],
                    "variable": each["variable"],
                    "attributeStatus": "Accepted",
                }
                for each in payload["setVariableData"]
            ]
            return {"setVariableResult": results}
        return {"status": "Accepted"}

    async with raw_charger(impatient[1], "ocpp2.0.1") as charger:
        asked = await talk(charger, answer)

    parts = [
        len(payload["getVariableData"]) for action, payload in asked if action == "GetVariables"
    ]
    changed = [
        (each["variable"]["name"], each["attributeValue"])
        for action, payload in asked
        if action == "SetVariables"
        for each in payload["setVariableData"]
    ]
    assert max(parts) <= 4
    assert [("EVConnectionTimeOut", "180"), ("StopTxOnInvalidId", "true")] == changed


async def test_a_second_connection_is_not_set_up_again(impatient):
    """Within six hours a charge point that only reconnects is left as it is."""
    for expected in (True, False):
        async with raw_charger(impatient[1]) as charger:
            asked = await talk(charger, lambda *_: {"status": "Accepted"})

        assert expected is ("GetConfiguration" in [action for action, _ in asked])


SCREENS = Displays(Hosts("https://pay.example").base_of, DisplaySecrets((b"k" * 32,)))


async def _pair_with_codes(clock, answer: Callable[[str, dict], dict | None]) -> list:
    """Let a charge point of two EVSEs with codes be set up; return what was changed."""
    evses = tuple(
        replace(each, code=f"CODE2{each.evse_no}") for each in charge_point(power_type="DC").evses
    )
    facts = FakeFacts(replace(charge_point(), evses=evses))
    settings = OcppSettings(
        boot_grace_seconds=0, settle_seconds=0, pairing_call_seconds=1, displays=SCREENS
    )
    gateway = OcppGateway(facts, clock, settings)
    async with serving(gateway.endpoint) as url, raw_charger(url) as charger:
        asked = await talk(charger, answer)
    return [payload for action, payload in asked if action == "ChangeConfiguration"]


def _has(**keys: str) -> Callable[[str, dict], dict | None]:
    """Return a charge point that has these keys and takes what it is told."""

    def answer(action: str, payload: dict) -> dict:
        if action != "GetConfiguration":
            return {"status": "Accepted"}
        known = [
            {"key": key, "readonly": False, "value": keys[key]}
            for key in payload["key"]
            if key in keys
        ]
        return {"configurationKey": known}

    return answer


async def test_the_maker_s_key_for_a_code_on_the_display_is_set(clock):
    """Compleo: each connector shows the address of its own scan page."""
    changed = await _pair_with_codes(clock, _has(qrCodeURL1="", qrCodeURL2="https://other"))

    assert [
        {"key": "qrCodeURL1", "value": "https://pay.example/c/CODE21"},
        {"key": "qrCodeURL2", "value": "https://pay.example/c/CODE22"},
    ] == changed


async def test_a_code_that_is_right_is_not_written_again(clock):
    """Displays of one connector have one key, and what is right stays."""
    assert [] == await _pair_with_codes(clock, _has(qrCodeURL1="https://pay.example/c/CODE21"))


async def test_a_charge_point_without_the_key_keeps_its_sticker(clock):
    """Nobody is told to set what they do not have."""
    changed = await _pair_with_codes(clock, _has())

    assert [] == [each for each in changed if "qrCode" in each["key"]]


@pytest.mark.parametrize(
    ("profiles", "told"),
    [
        ("Core,Reservation,SmartCharging", [("CP1", True)]),
        ("Core, RemoteTrigger", [("CP1", False)]),
        (None, []),
    ],
)
async def test_what_1_6_can_keep_for_somebody_is_known(
    impatient, facts, profiles: str | None, told: list
):
    """SupportedFeatureProfiles says it; who says nothing is not known."""

    def answer(action: str, payload: dict) -> dict:
        if action != "GetConfiguration" or profiles is None:
            return {"status": "Accepted"}
        known = {"key": "SupportedFeatureProfiles", "readonly": True, "value": profiles}
        return {"configurationKey": [known]}

    for _ in range(2):
        async with raw_charger(impatient[1]) as charger:
            await talk(charger, answer)

    assert told == facts.reserved


@pytest.mark.parametrize(
    ("status", "value", "told"),
    [
        ("Accepted", "true", [("CP1", True)]),
        ("Accepted", "false", [("CP1", False)]),
        ("UnknownComponent", None, [("CP1", False)]),
    ],
)
async def test_what_2_can_keep_for_somebody_is_known(
    impatient, facts, status: str, value: str | None, told: list
):
    """ReservationCtrlr is switched on, off, or is not there at all."""

    def answer(action: str, payload: dict) -> dict:
        if action != "GetVariables":
            return {"status": "Accepted", "setVariableResult": []}
        results = []
        for each in payload["getVariableData"]:
            is_it = each["component"]["name"] == "ReservationCtrlr"
            said = {"attributeStatus": status if is_it else "Accepted"}
            if not is_it or value is not None:
                said["attributeValue"] = value if is_it else "1"
            results.append({"component": each["component"], "variable": each["variable"], **said})
        return {"getVariableResult": results}

    async with raw_charger(impatient[1], "ocpp2.0.1") as charger:
        await talk(charger, answer)

    assert told == facts.reserved
