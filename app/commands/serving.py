"""`directpay demo|serve|ocpp|worker|migrate|key`: what runs, and what makes it ready to run."""

import argparse
import os

from app.commands.running import run
from app.embedded import database_of
from app.kernel.parts import part
from app.serving import listen, serve, work
from app.settings import EVERY_ROLE, Role, Settings, SettingsError, new_key


def add_serving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that run the product."""
    demo = commands.add_parser("demo", help="everything, with a played outside world around it")
    demo.add_argument("--lan", action="store_true", help="let phones of this network take part")
    demo.set_defaults(run=_demo)

    server = commands.add_parser("serve", help="serve; with no DATABASE_URL everything in one")
    server.add_argument(
        "--roles",
        default="web,ocpp,worker",
        help="what this process does: any of web, ocpp, worker (default: all)",
    )
    server.set_defaults(run=_serve)

    ocpp = commands.add_parser("ocpp", help="serve only the charge points")
    ocpp.set_defaults(run=_serve, roles=Role.OCPP.value)
    worker = commands.add_parser("worker", help="run only the jobs")
    worker.set_defaults(run=_work)
    migrations = commands.add_parser("migrate", help="bring the database to this release")
    migrations.set_defaults(run=_migrate)
    key = commands.add_parser("key", help="make a key for DIRECTPAY_KEYS")
    key.set_defaults(run=_key)


def _demo(given: argparse.Namespace) -> None:
    demo = part("app.demo")
    demo.run_demo(demo.Demo.from_env(os.environ, lan=given.lan))


def _serve(given: argparse.Namespace) -> None:
    roles = _roles(given.roles)
    with database_of(Settings.from_env(os.environ)) as settings:
        bound = listen(settings.http.host, settings.http.port)
        address = f"http://{settings.http.host}:{settings.http.port}"
        run(serve(settings, roles, bound, lambda: print(f"Direct Pay serves on {address}")))


def _work(_: argparse.Namespace) -> None:
    settings = Settings.from_env(os.environ)
    if settings.database.url is None:
        raise SettingsError("A worker of its own needs DATABASE_URL: `directpay serve` brings one.")
    with database_of(settings) as ready:
        run(work(ready))


def _migrate(_: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False):
        print("The database has this release's schema.")


def _key(_: argparse.Namespace) -> None:
    print(new_key())


def _roles(text: str) -> frozenset[Role]:
    try:
        return frozenset(Role(name.strip()) for name in text.split(",")) or EVERY_ROLE
    except ValueError as error:
        raise SettingsError(f"--roles: {error}; there are web, ocpp and worker") from error
