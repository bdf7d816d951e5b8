"""Examples of notices, made of the very types that are sent."""

from datetime import UTC, datetime
from uuid import UUID

from app.api.notices.bodies import (
    Choice,
    Choices,
    NewNoticeDevice,
    NoticeDevice,
    Notifications,
    PushKeys,
)
from app.people.notifications.model import UNASKED, NoticeKind

_SERVER_KEY = (
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
)
_BROWSER_KEY = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)

DEVICE = NoticeDevice(
    UUID("019cadc6-9e68-7563-97f3-fa905c5e347e"),
    "Chrome, Android",
    current=True,
    since=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)
NOTIFICATIONS = Notifications(
    tuple(Choice(kind, kind in UNASKED) for kind in NoticeKind), (DEVICE,), _SERVER_KEY
)
CHOICES = Choices((Choice(NoticeKind.RECEIPT, wanted=True),))
NEW_DEVICE = NewNoticeDevice(
    endpoint="https://fcm.googleapis.com/fcm/send/abc",
    keys=PushKeys(_BROWSER_KEY, "BTBZMqHH6r4Tts7J_aSIgg"),
    server_key=_SERVER_KEY,
    name="Chrome, Android",
    locale="nl",
)
