"""The settings: what an empty environment gives, and that a wrong value names its variable."""

from pathlib import Path

import pytest

from app.settings import Mail, Settings, SettingsError, Tiles, new_key


def settings(tmp_path: Path, **environ: str) -> Settings:
    """Return the settings of *environ* with its state in *tmp_path*."""
    return Settings.from_env({"DIRECTPAY_STATE": str(tmp_path / "var"), **environ})


def test_nothing_set_runs_embedded(tmp_path: Path):
    """Without any variable there is no server to name and one machine to serve."""
    found = settings(tmp_path)

    assert (None, None) == (found.database.url, found.redis.url)
    assert ("127.0.0.1", 8000, "http://127.0.0.1:8000") == (
        found.http.host,
        found.http.port,
        found.http.base_url,
    )
    assert not found.http.is_secure


def test_the_embedded_key_is_made_once_and_kept_to_its_owner(tmp_path: Path):
    """The second start finds the key of the first, in a file of mode 0600."""
    first = settings(tmp_path).security.master_keys
    second = settings(tmp_path).security.master_keys

    assert first == second
    assert 0o600 == (tmp_path / "var" / "master.key").stat().st_mode & 0o777


def test_with_a_database_of_its_own_the_keys_must_be_given(tmp_path: Path):
    """A key that is made silently on one of many machines would lock the others out."""
    with pytest.raises(SettingsError, match="DIRECTPAY_KEYS is missing"):
        settings(tmp_path, DATABASE_URL="postgresql://u:p@h/d")


def test_several_keys_keep_their_order(tmp_path: Path):
    """The first key seals; the others still open."""
    keys = [new_key(), new_key()]
    found = settings(tmp_path, DIRECTPAY_KEYS=" ".join(keys))

    assert 2 == len(found.security.master_keys)
    assert (
        settings(tmp_path, DIRECTPAY_KEYS=keys[0]).security.master_keys[0]
        == (found.security.master_keys[0])
    )


def test_a_mail_address_of_a_server_is_taken_apart(tmp_path: Path):
    """User and password may hold any character; the scheme decides security and port."""
    found = settings(tmp_path, MAIL_URL="smtp+starttls://me%40x:p%2Fw@mail.example")

    expected = Mail(
        host="mail.example",
        port=587,
        user="me@x",
        password="p/w",
        security="starttls",
        sender="receipts@directpay.example",
    )
    assert expected == found.mail


def test_secrets_do_not_appear_in_logs(tmp_path: Path):
    """What prints the settings prints no password and no key."""
    url = "postgresql://u:hunter2@h/d"
    found = settings(
        tmp_path, DATABASE_URL=url, DIRECTPAY_KEYS=new_key(), MAIL_URL="smtp://u:hunter2@h"
    )

    assert "hunter2" not in repr(found)
    assert "master_keys" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("DATABASE_URL", "mysql://h/d"),
        ("DATABASE_POOL_SIZE", "-1"),
        ("REDIS_URL", "h:6379"),
        ("BASE_URL", "pay.example.com"),
        ("MAIL_URL", "mail.example"),
        ("MAIL_URL", "smtp://"),
        ("TRUSTED_PROXIES", "proxy"),
        ("DIRECTPAY_KEYS", "AAAA"),
        ("DIRECTPAY_KEYS", "é"),
        ("MOLLIE_URL", "api.mollie.com"),
    ],
)
def test_a_wrong_value_names_its_variable(tmp_path: Path, name: str, value: str):
    """The sentence begins with the variable, so that nobody has to search for it."""
    with pytest.raises(SettingsError, match=f"^{name}"):
        settings(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("environ", "peers"),
    [
        ({}, "anywhere"),
        ({"BASE_URL": "https://pay.example"}, "public"),
        ({"BASE_URL": "https://pay.example", "OCPI_PEERS": "anywhere"}, "anywhere"),
        ({"OCPI_PEERS": "public"}, "public"),
    ],
)
def test_platforms_are_at_public_addresses_once_live(
    tmp_path: Path, environ: dict[str, str], peers: str
):
    """Only who is reached without TLS, or says so, calls platforms on the own network."""
    found = settings(tmp_path, **environ).roaming.anywhere

    assert peers == ("anywhere" if found else "public")


def test_where_platforms_may_be_is_one_of_two(tmp_path: Path):
    """Another word ends the start with a sentence that names the variable."""
    with pytest.raises(SettingsError, match="OCPI_PEERS"):
        settings(tmp_path, OCPI_PEERS="nowhere")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://tiles.example/europe.pmtiles", "archive"),
        ("https://tiles.example/{z}/{x}/{y}.png?key=1", "raster"),
    ],
)
def test_tiles_are_an_archive_or_pictures(tmp_path: Path, url: str, kind: str):
    """Which of them is said by the address; who made them is named."""
    found = settings(tmp_path, MAP_TILES=url, MAP_ATTRIBUTION=" © Mapmakers ").tiles

    assert Tiles(url, "© Mapmakers") == found
    assert (kind == "raster") == found.is_raster


def test_without_tiles_there_is_the_bundled_map(tmp_path: Path):
    """Nothing has to be configured."""
    assert settings(tmp_path).tiles is None


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"MAP_TILES": "https://tiles.example/{z}/{x}.png"}, "MAP_TILES must end in .pmtiles"),
        ({"MAP_TILES": "ftp://tiles.example/a.pmtiles"}, "MAP_TILES must begin with http://"),
        ({"MAP_TILES": "https://tiles.example/a.pmtiles"}, "MAP_ATTRIBUTION is missing"),
    ],
)
def test_tiles_that_cannot_be_used_are_refused(
    tmp_path: Path, environ: dict[str, str], sentence: str
):
    """The sentence names the variable."""
    with pytest.raises(SettingsError, match=sentence):
        settings(tmp_path, **environ)
