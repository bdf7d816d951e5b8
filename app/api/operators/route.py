"""What every route of the operator API says of itself, in one place."""

from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from msgspec import Struct

from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, requires
from app.api.problems import declared
from app.kernel.errors import Problem
from app.people.identity.keys.model import Scope


# The keyword arguments of Litestar's decorators, which have a type each.
def for_operators(
    scope: Scope, example: Struct, *problems: type[Problem], status: int = 200
) -> dict[str, Any]:
    """
    Return what a route with this *scope* tells Litestar: its guard, its answer, its errors.

    The answer is what the *example* is one of.
    """
    kind = type(example)
    answer = ResponseSpec(
        kind,
        generate_examples=False,
        description=(kind.__doc__ or "").strip().splitlines()[0],
        examples=[Example(summary="One", value=example)],
    )
    return {
        "tags": ["Operators"],
        "security": OPERATOR_KEY,
        "guards": [requires(scope)],
        "status_code": status,
        "responses": {status: answer, **declared(*KEY_REFUSALS, *problems)},
    }
