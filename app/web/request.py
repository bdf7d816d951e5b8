"""The request, as far as the pages know it."""

from litestar import Request
from litestar.datastructures import State

AnyRequest = Request[object, object, State]
