"""Pages about signing in for the gallery."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.people.identity.passkeys.errors import PasskeyNameInvalid, PasskeyRefused
from app.people.identity.passkeys.model import Passkey
from app.web.drawing.app.frame import Frame
from app.web.drawing.assets import asset
from app.web.drawing.look import Look
from app.web.drawing.me_page import MePage, OtherWays, render_me
from app.web.passkeys.drawing import PasskeysPage, render_passkeys
from tests.scenarios.world import OPERATOR, operator_of_the_world

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SCRIPT = asset("passkey.js").path
WAYS = OtherWays(SCRIPT, "Sign in with Voltstraat")
NAMES = ("me-refused", "passkeys")


def signing_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    frame = Frame(operator_of_the_world())
    if name == "me-refused":
        return render_me(MePage(frame, None, problem=PasskeyRefused("no"), ways=WAYS))
    one = Passkey(UUID(int=3), OPERATOR, UUID(int=1), b"1", b"2", 0, "a.example", "Pixel 9", NOW)
    used = replace(one, name="Chrome, Windows", used_at=NOW)
    return render_passkeys(PasskeysPage(frame, (one, used), SCRIPT, PasskeyNameInvalid("long")))
