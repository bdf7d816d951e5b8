"""What the pages weigh: bytes over the wire with headers, requests, and the script's size."""

import hashlib

import pytest
from playwright.sync_api import Browser, Request

from app.infra.kept.vendored import digests
from app.web.drawing.assets import script
from app.web.drawing.look import STATIC

KIB = 1024
VENDORED = (".js", ".mjs", ".css", ".pmtiles")


@pytest.mark.parametrize("name", ["scan-free", "scan-long", "scan-offline", "scan-dynamic"])
def test_scan_page_is_light(browser: Browser, gallery_url: str, name: str):
    """At most 16 KiB in at most 4 requests, all of them ours."""
    requests, received = _open(browser, f"{gallery_url}/gallery/de/{name}")

    assert len(requests) <= 4
    assert received <= 16 * KIB
    assert all(request.url.startswith((gallery_url, "data:")) for request in requests)


@pytest.mark.parametrize("name", ["session-charging", "session-charged", "session-long"])
def test_live_page_is_light(browser: Browser, gallery_url: str, name: str):
    """At most 30 KiB with the script."""
    requests, received = _open(browser, f"{gallery_url}/gallery/de/{name}", awaited=script().path)

    assert received <= 30 * KIB
    assert any(request.url.endswith(script().path) for request in requests)


@pytest.mark.parametrize("name", ["app-driver", "app-stranger", "app-sessions", "app-notices"])
def test_app_is_light(browser: Browser, gallery_url: str, name: str):
    """At most 60 KiB with the scripts, for the first visit, all of it ours."""
    requests, received = _open(browser, f"{gallery_url}/gallery/de/{name}")

    assert received <= 60 * KIB
    assert all(request.url.startswith((gallery_url, "data:")) for request in requests)


def test_script_is_small():
    """At most 18 KiB gzipped: htmx, its SSE extension and our own."""
    assert len(script().body.gzip) <= 18 * KIB


def test_vendored_files_are_those_that_were_vendored():
    """Each has its SHA-256 beside it; a changed file would not be served at all."""
    folder = STATIC / "vendor"
    kept = [path for path in folder.iterdir() if path.suffix in VENDORED]
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}

    assert found == digests()


def _open(browser: Browser, url: str, awaited: str = "") -> tuple[list[Request], int]:
    context = browser.new_context()
    page = context.new_page()
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108
    if awaited:
        # Fetched once the page is painted.
        with page.expect_event("requestfinished", lambda one: one.url.endswith(awaited)):
            page.goto(url)
    else:
        page.goto(url)
    page.wait_for_timeout(300)
    sent = [request for request in requests if not request.url.startswith("data:")]
    sizes = [request.sizes() for request in sent if "/events" not in request.url]
    context.close()
    received = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    return sent, received
