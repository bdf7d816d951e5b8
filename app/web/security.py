"""The headers that guard every page, and the check that a form came from our own page."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.kernel.errors import Kind, Problem
from app.web.config import WebConfig

# "null" is what a page with `Referrer-Policy: no-referrer` sends in browsers that do not know
# Sec-Fetch-Site; there the SameSite cookie is the guard.
_NO_ORIGIN = ("", "null")


class ForeignForm(Problem):
    """A form was sent by somebody else's page."""

    code = "foreign_form"
    kind = Kind.FORBIDDEN
    title = "This request did not come from our page"


def inlined(text: str) -> str:
    """Return the CSP source that allows exactly this inlined style sheet or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


# Fetches a script once the page is painted: what a driver reads first waits for nothing. By
# `import`, which needs no policy that makes the address of a script out of a text.
START = (
    "{const{src}=document.currentScript.dataset;"
    "requestAnimationFrame(()=>setTimeout(()=>import(src)))}"
)
_START_SOURCE = inlined(START)


@dataclass(frozen=True, slots=True)
class Sources:
    """
    What a page loads besides what all pages do: CSP sources of styles, pictures and data.

    They are added to ours, so each begins with a blank; so do the names of further *policies*
    (Trusted Types).
    """

    style: str = ""
    img: str = ""
    connect: str = ""
    policies: str = ""


NO_MORE = Sources()


def page_headers(config: WebConfig, *, style: str, more: Sources = NO_MORE) -> dict[str, str]:
    """Return the guarding headers of a page whose style sheet has the CSP source *style*."""
    actions = " ".join(("'self'", *config.checkout_origins))
    policy = (
        f"default-src 'none'; script-src 'self' {_START_SOURCE}; style-src {style}{more.style}; "
        f"img-src 'self' data:{more.img}; connect-src 'self'{more.connect}; manifest-src 'self'; "
        f"form-action {actions}; base-uri 'none'; frame-ancestors 'none'; "
        f"require-trusted-types-for 'script'; trusted-types htmx worker{more.policies}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if config.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def check_same_origin(headers: Mapping[str, str], config: WebConfig) -> None:
    """
    Refuse a form that another site sent; raise ForeignForm.

    Sec-Fetch-Site decides where the browser sends it, else Origin must be ours.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site == "same-origin":
            return
        raise ForeignForm("the browser says that another site sent this form", site=site)
    origin = headers.get("origin", "")
    if origin not in _NO_ORIGIN and origin != _origin(config.base_url, headers.get("host", "")):
        raise ForeignForm("this form was sent by another site", origin=origin)


def _origin(base_url: str, host: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{host or parts.netloc}"
