"""A check that Schemathesis makes of every answer, besides its own."""

import schemathesis


@schemathesis.check
def taken_as_described(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """
    What is well described is refused for what it means, never for how it is written.

    A refusal of a meaning has a code of its own, or a sentence; one of the form names its fields.
    """
    is_well_described = case.meta is not None and case.meta.generation.mode.is_positive
    if is_well_described and response.headers.get("content-type") == ["application/problem+json"]:
        assert [] == response.json()["errors"], "a well-described request is not understood"
