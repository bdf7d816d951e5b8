"""The control page: whoever shows the product plugs and unplugs cars with buttons."""

import json
from collections.abc import Mapping
from html import escape
from typing import Annotated, Any

from litestar import Litestar, get, post
from litestar.datastructures import State
from litestar.enums import MediaType, RequestEncodingType
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import Body
from litestar.response import Redirect, Response

from app.sandbox.chargers.bay import Bay
from app.sandbox.chargers.faults import Faults
from app.sandbox.chargers.station import SandboxCharger

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
section{border:1px solid #8886;border-radius:.6rem;padding:.6rem 1rem;margin:0 0 1rem}
h2{margin:.2rem 0;font-size:1.1rem}form{display:inline}button{margin:.15rem;padding:.3rem .7rem}
.on{background:#b00020;color:#fff}small{opacity:.7}
"""


@get("/", media_type=MediaType.HTML, sync_to_thread=False)
def page(state: State) -> str:
    """Show every charge point with its buttons."""
    sections = "".join(_section(charger) for charger in state.chargers.values())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Charge points</title>'
        '<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2">'
        f"<style>{_STYLE}</style><h1>Charge points</h1>{sections}</html>"
    )


@get("/chargers", sync_to_thread=False)
def chargers(state: State) -> Response[str]:
    """Tell how every charge point is, as JSON."""
    content = [_view(charger) for charger in state.chargers.values()]
    return Response(json.dumps(content), media_type=MediaType.JSON)


@post("/do")
async def do(state: State, data: Form) -> Redirect:
    """Do what a button says: `identity`, `action`, and `evse` or `fault` where it needs one."""
    charger = state.chargers.get(data.get("identity", ""))
    if charger is None:
        raise NotFoundException("there is no such charge point")
    try:
        await act(charger, data)
    except (ValueError, KeyError) as error:
        raise ClientException(str(error)) from error
    return Redirect("/", status_code=303)


async def act(charger: SandboxCharger, said: Mapping[str, str]) -> None:
    """Do one thing to a charge point; raises ValueError or KeyError when there is no such thing."""
    match said.get("action"):
        case "plug" | "unplug" | "tap" as deed:
            deeds = {"plug": charger.plug, "unplug": charger.unplug, "tap": charger.tap}
            deeds[deed](int(said.get("evse", "1")))
        case "broken":
            bay = charger.bays[int(said.get("evse", "1"))]
            bay.faulted = not bay.faulted
        case "offline":
            await charger.go_offline()
        case "online":
            charger.go_online()
        case "reboot":
            await charger.reboot()
        case "fault":
            name = said.get("fault", "")
            charger.faults.switch(name, on=name not in charger.faults.active())
        case other:
            msg = f"nothing is called {other!r}"
            raise ValueError(msg)


def control_app(running: Mapping[str, SandboxCharger]) -> Litestar:
    """Return the control page of these charge points."""
    return Litestar(
        route_handlers=[page, chargers, do],
        state=State({"chargers": running}),
        openapi_config=None,
    )


def _section(charger: SandboxCharger) -> str:
    identity = charger.config.identity
    state = "online" if charger.is_online else "offline"
    buttons = _button(identity, "go offline" if charger.is_online else "go online", charger)
    bays = "".join(_bay(charger, bay) for bay in charger.bays.values())
    faults = "".join(
        _form(identity, "fault", name.replace("_", " "), fault=name, on=name in _active(charger))
        for name in Faults.names()
    )
    return (
        f"<section><h2>{escape(identity)} <small>{charger.config.version}, {state}</small></h2>"
        f"{bays}{_shown(charger)}<p>{buttons}{_form(identity, 'reboot', 'reboot')}</p>"
        f"<p><small>faults</small> {faults}</p></section>"
    )


def _shown(charger: SandboxCharger) -> str:
    """Return what its display would show of prices and costs."""
    rows = "".join(
        f"<li><small>{escape(name)}</small> {escape(json.dumps(said, default=str))}</li>"
        for name, said in charger.shown.items()
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _bay(charger: SandboxCharger, bay: Bay) -> str:
    identity = charger.config.identity
    action = "plug" if bay.car is None else "unplug"
    soc = f", battery {bay.car.soc:.0f} %" if bay.car else ""
    return (
        f"<p><b>EVSE {bay.number}</b> {bay.status} · {bay.power_w / 1000:.1f} kW · "
        f"{bay.meter_wh / 1000:.3f} kWh{soc} "
        f"{_form(identity, action, action, evse=str(bay.number))}"
        f"{_form(identity, 'broken', 'broken', evse=str(bay.number), on=bay.faulted)}"
        f"{_terminal(identity, bay)}{_display(charger, bay)}</p>"
    )


def _terminal(identity: str, bay: Bay) -> str:
    """Return the button of the terminal, and the receipt that it shows."""
    if bay.terminal is None:
        return ""
    shown, amount = bay.terminal.receipt, bay.terminal.amount
    button = _form(identity, "tap", f"tap a card ({amount})", evse=str(bay.number))
    if shown is None or shown.url is None:
        return button
    link = f'<a href="{escape(shown.url)}">{escape(shown.number or "")}</a>'
    return f"{button}<br><small>receipt {link}</small>"


def _display(charger: SandboxCharger, bay: Bay) -> str:
    now = charger.now()
    address = bay.display.address(charger.config.identity, bay.number, now)
    if address is None:
        return ""
    link = f'<a href="{escape(address)}">{escape(address)}</a>'
    kept = ", somebody is paying" if bay.display.is_kept(now) else ""
    return f"<br><small>display{kept}: {link}</small>"


def _button(identity: str, label: str, charger: SandboxCharger) -> str:
    return _form(identity, "offline" if charger.is_online else "online", label)


def _active(charger: SandboxCharger) -> tuple[str, ...]:
    return charger.faults.active()


def _form(identity: str, action: str, label: str, *, on: bool = False, **more: str) -> str:
    fields = {"identity": identity, "action": action, **more}
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    mark = ' class="on"' if on else ""
    return f'<form method="post" action="/do">{hidden}<button{mark}>{escape(label)}</button></form>'


def _view(charger: SandboxCharger) -> dict[str, Any]:
    return {
        "identity": charger.config.identity,
        "version": charger.config.version,
        "online": charger.is_online,
        "faults": charger.faults.active(),
        "evses": [
            {
                "evse": bay.number,
                "status": bay.status,
                "plugged": bay.car is not None,
                "power_w": str(bay.power_w),
                "meter_wh": str(bay.meter_wh),
                "display": bay.display.address(charger.config.identity, bay.number, charger.now()),
                "kept": bay.display.is_kept(charger.now()),
            }
            for bay in charger.bays.values()
        ],
    }
