"""`python -m app.sandbox.chargers`: charge points as a process, with a control page."""

import argparse
import asyncio
import contextlib
import logging
from pathlib import Path

import uvicorn

from app.sandbox.chargers.config import ChargerConfig, ConfigInvalid, load
from app.sandbox.chargers.control import control_app
from app.sandbox.chargers.station import SandboxCharger


def main() -> None:
    """Play the charge points until interrupted."""
    given = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s")
    try:
        configs = _configs(given)
    except (ConfigInvalid, OSError) as error:
        raise SystemExit(str(error)) from error
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_play(configs, given.host, given.control_port))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.sandbox.chargers", description=__doc__)
    parser.add_argument("--config", type=Path, help="YAML file with a list `chargers`")
    parser.add_argument("--url", help="address of the endpoint: ws://127.0.0.1:8000/ocpp")
    parser.add_argument("--identity", help="one charge point without a file")
    parser.add_argument("--password", help="its password")
    parser.add_argument("--version", default="ocpp1.6", help="ocpp1.6, ocpp2.0.1 or ocpp2.1")
    parser.add_argument("--speed", type=int, default=1, help="divides every interval")
    parser.add_argument("--host", default="127.0.0.1", help="where the control page listens")
    parser.add_argument("--control-port", type=int, default=8002, help="its port")
    return parser


def _configs(given: argparse.Namespace) -> list[ChargerConfig]:
    if given.config is not None:
        return load(given.config, url=given.url, speed=given.speed)
    if given.identity is None or given.url is None:
        msg = "give --config FILE, or --url and --identity"
        raise ConfigInvalid(msg)
    return [
        ChargerConfig(
            identity=given.identity,
            url=given.url,
            version=given.version,
            password=given.password,
            speed=given.speed,
        )
    ]


async def _play(configs: list[ChargerConfig], host: str, port: int) -> None:
    chargers = {config.identity: SandboxCharger(config) for config in configs}
    async with contextlib.AsyncExitStack() as running:
        for charger in chargers.values():
            await running.enter_async_context(charger)
        server = uvicorn.Server(
            uvicorn.Config(
                control_app(chargers),
                host=host,
                port=port,
                log_level="warning",
                timeout_graceful_shutdown=1,
            )
        )
        await server.serve()


if __name__ == "__main__":
    main()
