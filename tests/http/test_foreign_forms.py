"""Every form of every page, sent by somebody else's site from the driver's own browser."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from litestar import Litestar

from tests.http.site import BASE, SAME_ORIGIN, Site
from tests.http.test_sign_in import sign_in
from tests.scenarios.world import CODE

SAFE = {"GET", "HEAD", "OPTIONS"}
ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": BASE.replace("https", "http")},
    {"Origin": f"{BASE}.evil.example"},
)


def forms(app: Litestar, token: str) -> Iterator[tuple[str, str]]:
    """Yield method and path of everything that changes something, with values that exist."""
    values = {"slug": "voltstraat", "code": CODE, "token": token}
    for route in app.routes:
        for method in sorted(set(route.methods) - SAFE):  # type: ignore[union-attr]  # HTTP alone
            path = re.sub(
                r"\{(\w+)(:\w+)?\}",
                lambda found: values.get(found[1], str(UUID(int=1))),
                route.path,
            )
            yield method, path


@pytest.mark.parametrize("header", ELSEWHERE, ids=lambda header: " ".join(*header.items()))
async def test_no_form_of_another_site_is_taken(site: Site, header: dict[str, str]):
    """Each is refused as a foreign form, whatever it says; the same form of ours is not."""
    await sign_in(site)
    path = await site.pays_and_plugs_in()
    every = list(forms(site.app, path.removeprefix("/s/")))
    wrong = []
    for method, place in every:
        answer = await site.browser.request(method, place, headers=header, data={"email": "a@b.cd"})
        if answer.status_code != 403:
            wrong.append((method, place, answer.status_code))
    own = await site.browser.post(f"{path}/stop", headers=SAME_ORIGIN)

    assert len(every) > 30
    assert [] == wrong
    assert 303 == own.status_code
