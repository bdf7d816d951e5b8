"""The page with the camera."""

from dataclasses import dataclass

from app.kernel.errors import Problem
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.assets import asset
from app.web.drawing.look import Look
from app.web.drawing.places.listed import SHEET
from app.web.drawing.places.refusal import refusal


@dataclass(frozen=True, slots=True)
class CameraPage:
    """What the page shows: what was *typed* or read, and why that was *refused*."""

    frame: Frame
    typed: str = ""
    refused: Problem | None = None


def render_camera(page: CameraPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    return render_framed(
        "camera.html",
        page.frame,
        Here.SCAN,
        (SHEET,),
        camera=asset("camera.js").path,
        decoder=asset("qr.js").path,
        typed=page.typed,
        refused=None if page.refused is None else refusal(page.refused),
    )
