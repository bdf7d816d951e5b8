"""`/health/live` and `/health/ready`, for whoever restarts processes and balances load."""

from collections.abc import Mapping
from typing import TypedDict

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from app.infra.health import Check, examine


class HealthAnswer(TypedDict):
    """The state, and what each part says."""

    status: str
    parts: Mapping[str, str]


@get("/health/live", sync_to_thread=False)
def health_live() -> HealthAnswer:
    """Answer as long as the process can."""
    return {"status": "ok", "parts": {}}


@get("/health/ready")
async def health_ready(checks: NamedDependency[Mapping[str, Check]]) -> Response[HealthAnswer]:
    """Answer 200 when the database, the worker and the providers are usable, else 503."""
    health = await examine(checks)
    status = "ok" if health.is_ready else "not ready"
    code = HTTP_200_OK if health.is_ready else HTTP_503_SERVICE_UNAVAILABLE
    return Response({"status": status, "parts": health.parts}, status_code=code)
