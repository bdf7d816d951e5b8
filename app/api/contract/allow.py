"""Every method of an address, told to who asks with OPTIONS."""

from litestar.datastructures import MutableScopeHeaders
from litestar.routes import HTTPRoute
from litestar.types import Message, Scope


async def tell_methods(message: Message, scope: Scope) -> None:
    """
    Let `Allow` name every method of an address.

    The framework names those of the first handler that was registered for it alone.
    """
    if scope.get("method") != "OPTIONS" or message["type"] != "http.response.start":
        return
    methods = {
        method
        for route in scope["litestar_app"].routes
        if isinstance(route, HTTPRoute) and route.path_format == scope.get("path_template")
        for method in route.methods
    }
    if methods:
        headers = MutableScopeHeaders.from_message(message)
        headers["Allow"] = ", ".join(sorted(methods))
