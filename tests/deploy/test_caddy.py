"""The proxy that we hand out, before the real server: hosts, certificates, charge points."""

import base64
import json
import re
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from app.demo import FOLDER
from app.kernel.clock import SystemClock
from app.outside import free_port
from tests.browser.town import Town, open_village
from tests.deploy.caddy import HOST, ROOT, Caddy, caddy
from tests.servers import PostgresForTests

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("caddy")]
OURS, NORDLICHT, CHARGERS = "pay.directpay.test", "charge.nordlicht.test", "ocpp.example.com"
PATIENCE_SECONDS = 60
FIRST, SECOND = "VLT-AMS-1", "VLT-AMS-2"
PASSWORD = "voltstraat-ams-1-pass"


class Authority:
    """Makes certificates for charge points, as an operator does."""

    def __init__(self, place: Path) -> None:
        """Begin with a key, and a certificate of its own in the file `ca.pem`."""
        place.mkdir(parents=True)
        self._place = place
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Charge points {place.name}")])
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        made = _begun(name, self._key.public_key(), name).add_extension(constraints, critical=True)
        self._own = made.sign(self._key, hashes.SHA256())
        self.file = place / "ca.pem"
        self.file.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def make(self, identity: str) -> Path:
        """Return a file with the key and the certificate of a charge point."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, identity)])
        made = _begun(name, key.public_key(), self._own.subject).sign(self._key, hashes.SHA256())
        file = self._place / f"{identity}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        return file


def _begun(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name
) -> x509.CertificateBuilder:
    now = SystemClock().now()  # the proxy looks at the machine's clock
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(
        now + timedelta(days=1)
    )


def header(file: Path) -> str:
    """Return the certificate in *file* as a proxy hands it over (RFC 9440)."""
    shown = x509.load_pem_x509_certificate(file.read_bytes())
    return f":{base64.b64encode(shown.public_bytes(serialization.Encoding.DER)).decode()}:"


@pytest.fixture(scope="module")
def village(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real server behind a proxy, with two operators: one has a host of its own."""
    name = f"caddy_{postgres.worker}"
    postgres.recreate(name)
    behind = {"BASE_URL": f"https://{OURS}", "TRUSTED_PROXIES": HOST}
    commands = (
        ("import", str(FOLDER / "neighbour.yaml")),
        ("hosts", "add", NORDLICHT, "--operator", "nordlicht", "--vouch"),
    )
    place = tmp_path_factory.mktemp("village")
    with open_village(postgres.url_of(name), place, *commands, settings=behind) as opened:
        yield opened
    postgres.drop(name)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that the operator's proxy trusts."""
    return Authority(tmp_path_factory.mktemp("authority") / "ours")


@pytest.fixture(scope="module")
def proxy(
    village: Town, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Caddy]:
    """Caddy with deploy/Caddyfile, and the site for certificates of the how-to page."""
    page = (ROOT / "docs" / "how-to" / "secure-charge-points.md").read_text()
    blocks = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    (site,) = (block for block in blocks if CHARGERS in block)
    site = site.replace("/etc/caddy/charge-points-ca.pem", str(authority.file))
    upstream = village.base.removeprefix("http://")
    with caddy(site, OURS, upstream, tmp_path_factory.mktemp("proxy") / "caddy") as running:
        yield running


def knock(
    proxy: Caddy,
    host: str,
    identity: str = FIRST,
    *,
    shown: Path | None = None,
    password: str = "",
    claims: str = "",
) -> ClientConnection:
    """Connect as a charge point: *shown* at the TLS, a password, and what it *claims* itself."""
    headers = {"Client-Cert": claims} if claims else {}
    if password:
        basic = base64.b64encode(f"{identity}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {basic}"
    return connect(
        f"wss://{host}:{proxy.https_port}/ocpp/{identity}",
        ssl=proxy.tls(shown=shown),
        address=(HOST, proxy.https_port),
        proxy=None,
        subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a name of ours
        additional_headers=headers,
        open_timeout=PATIENCE_SECONDS,
    )


def boots(line: ClientConnection) -> str:
    """Say that the charge point has started; return the answer's status."""
    boot = {"chargePointVendor": "Test", "chargePointModel": "One"}
    line.send(json.dumps([2, "1", "BootNotification", boot]))
    while True:
        frame = json.loads(line.recv(timeout=PATIENCE_SECONDS))
        if frame[:2] == [3, "1"]:
            status: str = frame[2]["status"]
            return status


def refused(*arguments: object, **named: object) -> int:
    """Return the status with which a charge point is refused."""
    with pytest.raises(InvalidStatus) as no:
        knock(*arguments, **named)  # type: ignore[arg-type]  # handed on
    return no.value.response.status_code


def test_plain_http_leads_to_https(proxy: Caddy):
    """Nobody reads a page on the way."""
    answer = httpx.get(f"http://{HOST}:{proxy.http_port}/c/KADE22", headers={"Host": OURS})

    assert 308 == answer.status_code
    assert re.fullmatch(rf"https://{OURS}(:\d+)?/c/KADE22", answer.headers["location"])


def test_each_operator_is_at_its_host(proxy: Caddy):
    """A page is under the name of its operator, with its guards; another host leads there."""
    own = proxy.get(OURS, "/c/KADE22")
    other = proxy.get(NORDLICHT, "/c/HAFN22")
    astray = proxy.get(OURS, "/c/HAFN22")

    assert [200, 200, 307] == [each.status_code for each in (own, other, astray)]
    assert "Nordlicht" in other.text
    assert f"https://{NORDLICHT}/c/HAFN22" == astray.headers["location"]
    assert ["max-age=31536000"] == own.headers.get_list("strict-transport-security")
    assert "Secure" in own.headers["set-cookie"]


def test_no_certificate_for_a_host_that_nobody_proved(proxy: Caddy):
    """The proxy asks us first: an invented name gets no certificate, and so no answer."""
    with pytest.raises((httpx.ConnectError, ssl.SSLError)):
        proxy.get("invented.example", "/c/KADE22")


@pytest.mark.parametrize(
    "path", ["/tls/ask?domain=x", "/TLS/ask?domain=x", "/%74ls/ask?domain=x", "//tls/ask?domain=x"]
)
def test_nobody_outside_asks_about_hosts(proxy: Caddy, path: str):
    """Which hosts there are is told to the proxy alone."""
    for host in (OURS, NORDLICHT):
        answer = proxy.get(host, path.replace("=x", f"={NORDLICHT}"))
        assert 404 == answer.status_code


def test_a_charge_point_with_a_password(proxy: Caddy):
    """A real socket through the proxy, at the address for passwords."""
    with knock(proxy, OURS, password=PASSWORD) as line:
        assert "Accepted" == boots(line)
    assert 401 == refused(proxy, OURS, password="wrong")


def test_a_charge_point_with_its_certificate(proxy: Caddy, authority: Authority):
    """Its identity comes over from the proxy: no password is needed."""
    with knock(proxy, CHARGERS, shown=authority.make(FIRST)) as line:
        assert "Accepted" == boots(line)


def test_a_charge_point_with_anothers_certificate(proxy: Caddy, authority: Authority):
    """Whatever it claims in a header of its own: the proxy's word is the one that counts."""
    second = authority.make(SECOND)
    claims = header(authority.make(FIRST))

    assert [401, 401] == [
        refused(proxy, CHARGERS, shown=second),
        refused(proxy, CHARGERS, shown=second, claims=claims),
    ]


def test_a_certificate_is_asked_for_and_verified(
    proxy: Caddy, tmp_path_factory: pytest.TempPathFactory
):
    """None, or one of another authority, ends at the handshake."""
    foreign = Authority(tmp_path_factory.mktemp("authority") / "theirs").make(FIRST)
    for shown in (None, foreign):
        # By TLS 1.3 the client is done before the proxy has looked: it hears of it at any moment.
        with pytest.raises((OSError, InvalidMessage, ConnectionClosed)):
            knock(proxy, CHARGERS, shown=shown)


def test_a_forged_header_opens_nothing(proxy: Caddy, village: Town, authority: Authority):
    """Where nobody is asked for a certificate, the header of one is taken away."""
    claims = header(authority.make(FIRST))
    inside = village.base.replace("http://", "ws://")

    assert [401, 401] == [refused(proxy, host, claims=claims) for host in (OURS, NORDLICHT)]
    # The header would have opened the door: the server believes whoever is at the proxy's address.
    with connect(
        f"{inside}/ocpp/{FIRST}",
        subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a name of ours
        additional_headers={"Client-Cert": claims},
        open_timeout=PATIENCE_SECONDS,
    ) as line:
        assert "Accepted" == boots(line)


def test_no_token_is_in_the_log(tmp_path_factory: pytest.TempPathFactory):
    """The log of the proxy says what is wrong with us, and not who asked for which page."""
    nobody = f"{HOST}:{free_port(HOST, 0)}"
    with caddy("", OURS, nobody, tmp_path_factory.mktemp("alone") / "caddy") as alone:
        answer = alone.get(
            OURS, "/s/planted-token?k=planted-query", Cookie="directpay=planted-cookie"
        )

    assert 500 <= answer.status_code
    assert "connection refused" in alone.log
    assert "planted" not in alone.log


def test_one_host_is_no_way_into_another(proxy: Caddy):
    """TLS for our pages, with the name of the charge points' host in the request: refused."""
    with httpx.Client(verify=proxy.tls(), timeout=PATIENCE_SECONDS) as client:
        request = client.build_request(
            "GET",
            f"https://{HOST}:{proxy.https_port}/ocpp/{FIRST}",
            headers={"Host": CHARGERS},
            extensions={"sni_hostname": OURS},
        )
        answer = client.send(request)

    assert 421 == answer.status_code
