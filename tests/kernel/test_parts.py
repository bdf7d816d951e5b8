"""What is large and rarely used is loaded by those who use it, and by nobody else."""

import ast
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from alembic.script import ScriptDirectory

from app.infra.migrations.migrate import MIGRATIONS, head
from app.settings import new_key
from tests.test_house import ROOT, SOURCES

# Starts what a process of every role works with, as `directpay serve` does; prints what is loaded.
START = """
import asyncio, os, sys
from app.cli import main
from app.main import create_app
from app.settings import EVERY_ROLE, Settings
from app.wiring import create_services

async def start():
    settings = Settings.from_env(os.environ)
    async with create_services(settings, "postgresql://nobody@127.0.0.1:1/none") as services:
        create_app(services, EVERY_ROLE)

asyncio.run(start())
print(*sys.modules)
"""
LARGE = {
    *("sqlalchemy.orm", "redis", "typst", "alembic", "mako", "rich", "pygments"),
    *("webauthn", "authlib", "PIL", "dns", "joserfc", "cryptography.x509", "bcrypt"),
    *("sepaxml", "app.office.import_operator"),
}


def loaded(environ: dict[str, str]) -> set[str]:
    """Return the modules that a process of all roles has loaded when it stands ready."""
    given = {**os.environ, "DIRECTPAY_KEYS": new_key(), "PYTHONPATH": str(ROOT), **environ}
    found = subprocess.run(
        [sys.executable, "-c", START], env=given, capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


def test_an_idle_process_has_loaded_nothing_that_it_does_not_use():
    """Without Redis, with a schema that is there and nothing to print: much less."""
    assert set() == LARGE & loaded({})


def test_with_redis_its_client_is_loaded():
    """Where REDIS_URL is set, the buses and the limits are those on Redis."""
    assert {"redis"} == LARGE & loaded({"REDIS_URL": "redis://127.0.0.1:1/0"})


def test_the_newest_migration_is_found_without_alembic():
    """The number of the last file is the revision that Alembic would end with."""
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == head()


def calls_of(source: Path) -> list[ast.Call]:
    """Return the calls of `part` and of what loads a module by its name."""
    tree = ast.parse((ROOT / source).read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = {"part", "import_module", "__import__"}
    return [
        call
        for call in calls
        if (isinstance(call.func, ast.Name) and call.func.id in names)
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "import_module")
    ]


def test_parts_are_few_and_there():
    """A module is loaded by its name only through `part`, and each of these names is a module."""
    found = {source: calls_of(source) for source in SOURCES}
    places = {str(source): calls for source, calls in found.items() if calls}

    assert 1 == len(places.pop("app/kernel/parts.py"))
    assert 1 == len(places.pop("app/infra/migrations/render.py"))  # for developers: every store
    names = [ast.literal_eval(call.args[0]) for calls in places.values() for call in calls]
    assert [
        "app.demo",
        "app.gateways.ocpp.link.x509",
        "app.gateways.openid.client",
        "app.gateways.webpush.message",
        "app.infra.migrations.upgrade",
        "app.infra.pdf.compositor",
        "app.infra.pdf.raster",
        "app.office.import_operator",
        "app.on_redis",
        "app.people.identity.brand.pictures",
        "app.people.identity.passkeys.authenticators",
        "app.people.identity.signed.claims",
        "app.people.identity.signed.claims",
        "app.people.notifications.vapid",
        "dns.asyncresolver",
        "dns.exception",
        "dns.name",
        "dns.resolver",
        "qr.labels.sheet",
        "qr.matrix",
        "sepaxml",
    ] == sorted(names)
    assert [] == [name for name in names if find_spec(name) is None]
