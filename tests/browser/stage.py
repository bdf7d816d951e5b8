"""A stage for the live page: real rooms, script and templates, and a journey that tests move."""

import msgspec
from litestar import Litestar, Response, get, post
from litestar.params import FromPath
from litestar.types import ASGIApp

from app.directpay.model import Stage as JourneyStage
from app.directpay.model import StopReason
from app.directpay.views import JourneyView
from app.infra.i18n import speaking
from app.infra.live import MemoryLiveBus
from app.web.answers import private_page, see_other
from app.web.config import WebConfig
from app.web.drawing.assets import script
from app.web.drawing.session_page import Viewer, render_session
from app.web.files.serve import static_file
from app.web.request import AnyRequest
from app.web.streams.rooms import Door, Rooms
from tests.browser.samples import JOURNEY

TOPIC = "journey:stage"


class Stage:
    """What the pages show now, and what was asked of it."""

    def __init__(self, view: JourneyView = JOURNEY) -> None:
        """Begin with *view*."""
        self.view = view
        self.bus = MemoryLiveBus()
        self.rooms = Rooms(self.bus)
        self.stops = 0
        self.looks = 0
        self.push_key = ""

    async def show(self, view: JourneyView, *, whole: bool = True) -> None:
        """Move on to *view*; a *whole* message carries it, an empty one says to read it anew."""
        self.view = msgspec.structs.replace(view, version=self.view.version + 1)
        await self.bus.publish(TOPIC, msgspec.json.encode(self.view) if whole else b"")

    def application(self) -> Litestar:
        """Return the stage as an application."""
        stage = self

        async def read() -> JourneyView:
            return stage.view

        @get("/s/{token:str}")
        async def page(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
            stage.looks += 1
            with speaking("en"):
                viewer = Viewer(
                    token, f"http://127.0.0.1/s/{token}", control=True, push_key=stage.push_key
                )
                drawn = render_session(stage.view, viewer, script=script().path)
            return private_page(request, drawn, WebConfig(base_url="http://127.0.0.1"))

        @get("/s/{token:str}/events")
        async def events(token: FromPath[str]) -> ASGIApp:
            door = Door(TOPIC, token, f"http://127.0.0.1/s/{token}", read)
            return stage.rooms.stream(door, language="en", control=True)  # type: ignore[return-value]

        @post("/s/{token:str}/stop")
        async def stop(token: FromPath[str]) -> Response[bytes]:
            stage.stops += 1
            stopping = msgspec.structs.replace(
                stage.view, stage=JourneyStage.STOPPING, stop_reason=StopReason.DRIVER
            )
            await stage.show(stopping)
            return see_other(f"/s/{token}")

        @post("/control/{kind:str}")
        async def control(request: AnyRequest, kind: FromPath[str]) -> dict[str, int]:
            view = msgspec.json.decode(await request.body(), type=JourneyView)
            await stage.show(view, whole=kind == "whole")
            return {"streams": stage.rooms.fan.open_streams}

        return Litestar([page, events, stop, control, static_file], openapi_config=None)
