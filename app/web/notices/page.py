"""The page on which a driver chooses what to be told, and on which devices."""

from dataclasses import dataclass
from uuid import UUID

from app.directpay.notices.own import OwnNotices
from app.directpay.notices.words import kind_words
from app.infra.i18n import format_local_date
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """
    What the page shows; the browser that looks is signed in by *browser_id*.

    *key* is what a browser subscribes with.
    """

    frame: Frame
    own: OwnNotices
    key: str
    browser_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """A device in the list; *here* says that the page is open on it."""

    device_id: UUID
    name: str
    since: str
    here: bool


def render_notices(page: NoticesPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    devices = [
        DeviceWords(
            device_id=each.device_id,
            name=each.name,
            since=format_local_date(each.since, "UTC"),
            here=each.signed_in_id is not None and each.signed_in_id == page.browser_id,
        )
        for each in page.own.devices
    ]
    return render_framed(
        "notices.html",
        page.frame,
        Here.ME,
        kinds=[(kind, name, page.own.choices[kind]) for kind, name in kind_words().items()],
        devices=devices,
        here=any(each.here for each in devices),
        key=page.key,
    )
