"""The whole application by its front door: which part answers what, and what nobody serves."""

import httpx
import pytest

from tests.scenarios.world import CODE

BASE = "https://pay.example"


async def test_pages_and_api_share_an_address(door: httpx.AsyncClient):
    """The same socket as a page and as data."""
    page = await door.get(f"/c/{CODE}")
    data = await door.get(f"/api/v1/codes/{CODE}")

    assert [200, 200] == [page.status_code, data.status_code]
    assert "text/html" in page.headers["content-type"]
    assert "NL*VLT*E1*1" == data.json()["point"]["evse_id"]


async def test_the_bare_domain_says_what_to_do(door: httpx.AsyncClient):
    """Who types only the domain is told to scan the code."""
    page = await door.get("/", headers={"Accept-Language": "de"})

    assert 200 == page.status_code
    assert 'lang="de"' in page.text


@pytest.mark.parametrize("path", ["/nothing", "/health/x", "/c", "/s/a/b/c", "/webhooks"])
async def test_an_unknown_path_is_a_page(door: httpx.AsyncClient, path: str):
    """Whatever leads nowhere is a page in the reader's language, with the guarding headers."""
    page = await door.get(path, headers={"Accept-Language": "nl-BE, en;q=0.5"})

    assert 404 == page.status_code
    assert 'lang="nl"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_an_unknown_path_of_the_api_is_problem_details(door: httpx.AsyncClient):
    """Programs get no pages."""
    answer = await door.get("/api/nothing")

    assert (404, "application/problem+json") == (
        answer.status_code,
        answer.headers["content-type"],
    )


async def test_a_page_that_takes_no_form(door: httpx.AsyncClient):
    """A method that an address has not is 405, as a page."""
    answer = await door.post(f"/c/{CODE}")

    assert 405 == answer.status_code
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "path", ["/", f"/c/{CODE}", "/nothing", f"/api/v1/codes/{CODE}", "/health/live"]
)
async def test_head_is_get_without_a_body(door: httpx.AsyncClient, path: str):
    """Link checkers and previews ask with HEAD: the same status and kind, and no body."""
    head, get = await door.head(path), await door.get(path)

    assert (get.status_code, get.headers["content-type"]) == (
        head.status_code,
        head.headers["content-type"],
    )
    assert b"" == head.content
