"""The real Caddy with the files that we hand out: ports, names and issuer alone are a test's."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

from app.outside import free_port

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PATIENCE_SECONDS = 60
_INSTALL_SECONDS = 600
# From here on the authority of client certificates is named as in our pages.
_TRUST_POOL_SINCE = (2, 8)


class NoCaddy(RuntimeError):
    """There is no Caddy and none could be installed; the sentence says what to do."""


@cache
def find_caddy() -> str:
    """Return the proxy to start; Debian's package is installed where none is. Raises NoCaddy."""
    found = os.environ.get("CADDY") or shutil.which("caddy")
    if found is None:
        script = ROOT / "scripts" / "caddy.sh"
        subprocess.run(["sh", script], check=False, timeout=_INSTALL_SECONDS)
        found = shutil.which("caddy")
    if found is None:
        raise NoCaddy("no Caddy: install it (apt-get install caddy), or set CADDY to its path")
    return found


def version() -> tuple[int, int]:
    """Return the version of the proxy, as far as its language depends on it."""
    said = subprocess.run([find_caddy(), "version"], capture_output=True, text=True, check=True)
    major, minor = re.search(r"(\d+)\.(\d+)", said.stdout).groups()  # type: ignore[union-attr]
    return int(major), int(minor)


@dataclass(frozen=True)
class Caddy:
    """A proxy that runs: where it listens, and where it keeps its own authority."""

    http_port: int
    https_port: int
    place: Path

    def tls(self, *, shown: Path | None = None) -> ssl.SSLContext:
        """Return how to speak TLS with it: trusting its authority, with *shown* as certificate."""
        root = self.place / "pki" / "authorities" / "local" / "root.crt"
        context = ssl.create_default_context(cafile=str(root))
        if shown is not None:
            context.load_cert_chain(shown)
        return context

    def get(self, host: str, path: str, **headers: str) -> httpx.Response:
        """Ask for a page of *host*, whose name is in no DNS. Raises httpx.ConnectError."""
        with httpx.Client(verify=self.tls(), timeout=PATIENCE_SECONDS) as client:
            request = client.build_request(
                "GET",
                f"https://{HOST}:{self.https_port}{path}",
                headers={"Host": host, **headers},
                extensions={"sni_hostname": host},
            )
            return client.send(request)

    @property
    def log(self) -> str:
        """Return what it has said."""
        return (self.place / "log").read_text()


def translated(text: str) -> str:
    """Return a file for the Caddy that is here: an older one has another word for one thing."""
    if version() < _TRUST_POOL_SINCE:
        return re.sub(r"trust_pool file (\S+)", r"trusted_ca_cert_file \1", text)
    return text


@contextmanager
def caddy(sites: str, domain: str, upstream: str, place: Path) -> Iterator[Caddy]:
    """Run our Caddyfile and further *sites* before the server at *upstream*, in *place*."""
    place.mkdir(parents=True)
    running = Caddy(free_port(HOST, 0), free_port(HOST, 0), place)
    ours = (ROOT / "deploy" / "Caddyfile").read_text()
    options = (
        f"{{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tdefault_bind {HOST}\n"
        f"\thttp_port {running.http_port}\n\thttps_port {running.https_port}\n"
        f"\tstorage file_system {place}\n"
    )
    # The first brace of the file opens its options.
    text = re.sub(r"^\{\n", lambda _: options, ours, count=1, flags=re.MULTILINE) + sites
    text = re.sub(r"\b(web|ocpp):8000|127\.0\.0\.1:8000", upstream, text)
    config = place / "Caddyfile"
    config.write_text(translated(text))
    environ = {**os.environ, "DOMAIN": domain, "HOME": str(place), "XDG_DATA_HOME": str(place)}
    command = [find_caddy(), "run", "--config", config, "--adapter", "caddyfile"]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            _wait_until_serving(running, domain, process)
            yield running
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _wait_until_serving(running: Caddy, domain: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, running.log
        try:
            running.get(domain, "/health/ready")
        except (OSError, httpx.TransportError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(running.log)
