"""The gallery's pages of the app's map, of a location, and of the camera."""

from app.directpay.scanned.read import ForeignCode
from app.web.drawing.app.frame import Frame
from app.web.drawing.look import Look
from app.web.places.drawing import CameraPage, render_camera
from tests.scenarios.world import operator_of_the_world

FRAME = Frame(operator_of_the_world())
CAMERA = {
    "camera": CameraPage(FRAME),
    "camera-foreign": CameraPage(FRAME, "https://evil.test/c/1", ForeignCode("not ours")),
}
NAMES = tuple(CAMERA)


def place_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language, and its look."""
    return render_camera(CAMERA[name])
