"""The API's description: complete, true of its own examples, and what docs/ says of it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from app.api.bodies import Locale
from app.infra.i18n import LANGUAGES
from tests.http.program import BASE, KEY, Program, operation_path, validator

# What can happen to every request, whatever it asks for.
ALWAYS = {"400", "404", "405", "413", "422", "500", "503"}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
GUIDE = PAGE.parents[1] / "how-to" / "build-an-app.md"
PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}


def operations(program: Program) -> Iterator[tuple[str, dict]]:
    """Yield the name and the description of every operation."""
    for path, methods in program.description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


async def test_every_route_is_described(program: Program):
    """What the API serves below /api/v1 is what it describes."""
    served = {
        f"{method.lower()} {re.sub(r':[a-z]+', '', route.path)}"
        for route in program.api.routes
        for method in getattr(route, "methods", ())
        if route.path.startswith("/api/v1") and method != "OPTIONS"
    }

    assert served == {name for name, _ in operations(program)}
    assert "post /api/v1/sessions" in served


async def test_every_route_declares_its_errors(program: Program):
    """Each error is problem details, and what can always happen is declared always."""
    for name, operation in operations(program):
        errors = {status: r for status, r in operation["responses"].items() if status >= "400"}
        contents = [error["content"] for error in errors.values()]

        assert set() == ALWAYS - set(errors), name
        assert all(["application/problem+json"] == list(content) for content in contents), name
        assert all(
            PROBLEM == content["application/problem+json"]["schema"] for content in contents
        ), name


async def test_what_only_the_payer_may_do_needs_the_control_token(program: Program):
    """The eight operations that answer 401 and 403 ask for the token, and no other does."""
    drivers = [(n, o) for n, o in operations(program) if o["tags"] != ["Operators"]]
    guarded = {
        o["operationId"]
        for _, o in drivers
        if "403" in o["responses"] and {"driver": []} not in o["security"]
    }
    asking = {o["operationId"] for _, o in drivers if o["security"] == [{"control": []}]}

    assert {
        "addToHold",
        "payAgain",
        "stopSession",
        "followByNotices",
        "mailReceipt",
        "makeInvoice",
        "getReceiptPdf",
        "getMeterRecords",
    } == guarded
    assert guarded == asking


async def test_what_is_a_drivers_own_needs_an_access_token(program: Program):
    """Exactly what is below /me asks for a driver's access token, and declares 401."""
    asking = {p for p, o in operations(program) if o["security"] == [{"driver": []}]}
    below = {path for path, _ in operations(program) if re.search(r"/api/v1/me(/|$)", path)}
    refusing = {p for p, o in operations(program) if "401" in o["responses"]}

    assert asking == below
    assert asking <= refusing


async def test_what_only_operators_may_do_needs_an_api_key(program: Program):
    """Exactly what is below /operator asks for a key, and declares 401 and 403."""
    tagged = {path for path, o in operations(program) if o["tags"] == ["Operators"]}
    asking = {p for p, o in operations(program) if o["security"] == [{"operator_key": []}]}
    below = {path for path, _ in operations(program) if " /api/v1/operator/" in path}
    refusing = {p for p, o in operations(program) if {"401", "403"} <= o["responses"].keys()}

    assert tagged == asking == below
    assert asking <= refusing


async def test_operations_have_names_and_words(program: Program):
    """Names are unique, and each operation is told in a summary and a description."""
    names = [operation["operationId"] for _, operation in operations(program)]

    assert len(names) == len(set(names))
    assert all(o["summary"] and o["description"] and o["tags"] for _, o in operations(program))


async def test_examples_fit_their_schemas(program: Program):
    """Every example of a body or an answer is valid, and each body and JSON answer has one."""
    bare = []
    for name, operation in operations(program):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for part in (*bodies, *operation["responses"].values()):
            for media_type, content in part.get("content", {}).items():
                if not media_type.endswith("json"):
                    continue
                schema = content["schema"]
                examples = [example["value"] for example in content.get("examples", {}).values()]
                examples += schema.get("examples", [])
                if not examples:
                    bare.append(f"{name} {media_type}")
                for example in examples:
                    validator(schema, program.description).validate(example)

    assert [] == bare


async def test_who_has_to_wait_is_told_how_long(program: Program):
    """Each answer to come back later says that it has `Retry-After`."""
    silent = [
        f"{name} {status}"
        for name, operation in operations(program)
        for status in {"429", "503"} & operation["responses"].keys()
        if "Retry-After" not in operation["responses"][status].get("headers", {})
    ]

    assert [] == silent


async def test_every_type_is_told(program: Program):
    """No part may be anything at all, and no name of a type is one of our modules'."""
    schemas = program.description["components"]["schemas"]
    loose = [
        name for name, schema in schemas.items() if re.search(r"\[\{.*\}, \{\}\]", f"{schema}")
    ]
    files = {
        media_type: content["schema"]
        for _, operation in operations(program)
        for media_type, content in operation["responses"].get("200", {}).get("content", {}).items()
    }

    assert [] == loose
    assert [] == [name for name in schemas if "_" in name]
    assert {"type": "string", "format": "binary"} == files["application/pdf"]


async def test_a_default_is_a_fields(program: Program):
    """No type has one: two processes would describe it differently."""
    schemas = program.description["components"]["schemas"]

    assert [] == [name for name, schema in schemas.items() if "default" in schema]


async def test_bodies_are_closed(program: Program):
    """A field that the description does not know is refused, and the description says so."""
    schemas = program.description["components"]["schemas"]
    bodies = {
        each["$ref"].rpartition("/")[2]
        for _, operation in operations(program)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for each in content["schema"].get("allOf", ())
    }
    open_ones = {name for name in bodies if schemas[name].get("additionalProperties") is not False}

    assert len(bodies) > 30
    assert set() == open_ones


async def test_options_name_every_method(program: Program):
    """As the description has them, and with a method that there is none of."""
    for path, methods in program.description["paths"].items():
        answer = await program.http.options(re.sub(r"{[^}]+}", KEY, path))
        allowed = set(answer.headers["allow"].lower().split(", "))

        assert set(methods) | {"options"} == allowed, path


async def test_description_is_served_as_openapi(program: Program):
    """OpenAPI 3.1 at /api/openapi.json, with the address of this installation."""
    answer = await program.http.get("/api/openapi.json")

    assert 200 == answer.status_code
    assert "3.1.0" == answer.json()["openapi"]
    assert [{"url": BASE}] == answer.json()["servers"]


def test_the_languages_are_ours():
    """The languages that the API lists are those that the product speaks."""
    assert LANGUAGES == get_args(Locale)


async def test_the_calls_are_those_that_are_served(program: Program):
    """The table of api.md lists exactly the calls of the API's description."""
    page = PAGE.read_text()
    rows = re.findall(r"^\| `([A-Z]+ [^`]+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    served = {
        f"{method.upper()} {path}": operation["security"][-1]
        for path, methods in program.description["paths"].items()
        for method, operation in methods.items()
    }

    proofs = {"the payer": {"control": []}, "who has the token": {"control": []}}
    proofs["an API key"] = {"operator_key": []}
    proofs["the driver"] = {"driver": []}
    assert served == {call: proofs.get(who, {}) for call, who in rows}


async def test_the_way_to_an_app_names_calls_that_are_served(program: Program):
    """Each call of the guide is in the description, by method and address."""
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)", GUIDE.read_text())
    served = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in program.description["paths"].items()
        for method in methods
    }

    assert len(named) > 20
    assert [] == [call for call in named if call not in served]


async def test_the_commands_of_the_api_page_call_what_is_served(program: Program):
    """Each curl on the page asks for an address and a method that the API has."""
    page = PAGE.read_text()
    calls = re.findall(
        r"^curl (?:-N )?(?:-X (\w+) )?http://127.0.0.1:8000(\S+)", page, re.MULTILINE
    )
    missing = []
    for method, path in calls:
        template = operation_path(path, program.description)
        methods = program.description["paths"].get(template, {})
        if (method or "GET").lower() not in methods:
            missing.append(path)

    assert 4 == len(calls)
    assert [] == missing


async def test_the_release_is_told(program: Program):
    """The version of the API, and the release of pyproject.toml."""
    project = tomllib.loads((PAGE.parents[2] / "pyproject.toml").read_text())["project"]
    about = await program.get("/about")
    again = await program.get("/about", If_None_Match=about.headers["etag"])

    assert ("1", project["version"]) == (about.json()["api"], about.json()["release"])
    assert 304 == again.status_code
