"""Files of the pages: their names hold their content, and of the map's archive parts are sent."""

import pytest
from litestar.testing import AsyncTestClient

from app.web.drawing.assets import asset
from tests.browser.gallery import gallery

EUROPE = asset("europe.pmtiles")
SIZE = len(EUROPE.body.plain)


@pytest.fixture
async def client():
    """Whoever asks for files."""
    async with AsyncTestClient(gallery()) as found:
        yield found


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-126", 0, 126),
        ("bytes=1000-", 1000, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        (f"bytes=5-{SIZE + 50}", 5, SIZE - 1),
        (f"bytes=-{SIZE + 50}", 0, SIZE - 1),
    ],
)
async def test_a_part_of_the_map_is_sent(client: AsyncTestClient, wanted, first, last):
    """RFC 9110, section 14: from, to, and out of how many; not compressed on the way."""
    answer = await client.get(EUROPE.path, headers={"Range": wanted, "Accept-Encoding": "br"})

    assert 206 == answer.status_code
    assert f"bytes {first}-{last}/{SIZE}" == answer.headers["content-range"]
    assert EUROPE.body.plain[first : last + 1] == answer.content
    assert EUROPE.body.etag == answer.headers["etag"]
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("wanted", ["", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"])
async def test_what_is_no_single_part_gets_the_whole_file(client: AsyncTestClient, wanted: str):
    """A server may answer a Range that it does not care for with everything."""
    answer = await client.get(EUROPE.path, headers={"Range": wanted})

    assert (200, SIZE, "bytes") == (
        answer.status_code,
        len(answer.content),
        answer.headers["accept-ranges"],
    )


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", "bytes=-0", "bytes=9-3"])
async def test_a_part_that_is_not_there_is_refused(client: AsyncTestClient, wanted: str):
    """The answer says how long the file is."""
    answer = await client.get(EUROPE.path, headers={"Range": wanted})

    assert (416, f"bytes */{SIZE}") == (answer.status_code, answer.headers["content-range"])


async def test_a_part_of_another_version_is_none(client: AsyncTestClient):
    """If-Range with another tag gets the whole file; If-None-Match with this one nothing."""
    stale = await client.get(EUROPE.path, headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    same = await client.get(EUROPE.path, headers={"If-None-Match": EUROPE.body.etag})

    assert (200, SIZE) == (stale.status_code, len(stale.content))
    assert (304, b"") == (same.status_code, same.content)


async def test_a_file_of_another_content_is_not_found(client: AsyncTestClient):
    """What is kept for ever under a name never becomes something else."""
    names = ["live.0123456789ab.js", "live.js", "secret.0123456789ab.js", "..%2Fapp.css", "live"]
    answers = [await client.get(f"/static/{name}") for name in names]

    assert [404] * len(names) == [answer.status_code for answer in answers]


async def test_the_engine_of_the_map_is_compressed(client: AsyncTestClient):
    """A megabyte and a bit becomes 300 KiB at most, and may be kept for ever."""
    engine = asset("maplibre.js")
    async with client.stream("GET", engine.path, headers={"Accept-Encoding": "br"}) as answer:
        sent = sum([len(chunk) async for chunk in answer.aiter_raw()])

    assert sent < 300 * 1024
    assert "immutable" in answer.headers["cache-control"]
