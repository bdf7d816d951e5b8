"""What a browser calls itself, so that a driver finds it in the list of what is signed in."""

from typing import Final

from app.people.identity.drivers.model import Device, DeviceKind
from app.web.request import AnyRequest

# The first that is found names it: each of them also claims to be one of those below.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(request: AnyRequest) -> Device:
    """Return the browser that the request comes from, by its maker's name and the system's."""
    agent = request.headers.get("user-agent", "")
    parts = (_first(agent, _BROWSERS), _first(agent, _SYSTEMS))
    return Device(DeviceKind.BROWSER, ", ".join(part for part in parts if part))


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in agent), "")
