"""The page with the camera."""

from dataclasses import dataclass

from app.directpay.views import BrandView
from app.kernel.errors import Problem
from app.web.drawing.assets import asset
from app.web.drawing.look import Look
from app.web.drawing.templates import render
from app.web.places.words import refusal


@dataclass(frozen=True, slots=True)
class CameraPage:
    """What the page shows: whose it is, what was *typed* or read, and why that was *refused*."""

    brand: BrandView
    typed: str = ""
    refused: Problem | None = None


def render_camera(page: CameraPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    return render(
        "camera.html",
        page.brand,
        slug=page.brand.slug,
        style=asset("places.css").path,
        camera=asset("camera.js").path,
        decoder=asset("qr.js").path,
        typed=page.typed,
        refused=None if page.refused is None else refusal(page.refused),
    )
