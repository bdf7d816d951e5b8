"""The house rules that no linter knows: sizes, floats, the clock, the rooms."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.syntax import parsed

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path.relative_to(ROOT) for folder in ("app", "qr") for path in (ROOT / folder).rglob("*.py")
)
MODULE_LINES = 300
FUNCTION_LINES = 40
CONTEXT_FILES = 15
CONTEXTS = ("charging", "pricing", "funds", "billing", "people")
Function = ast.FunctionDef | ast.AsyncFunctionDef
# Who may know a library: the start of the module's path, or its file name.
HOMES = {
    "sqlalchemy": ("app/infra/", "store.py"),
    "asyncpg": ("app/infra/",),
    "procrastinate": ("app/infra/",),
    "mollie": ("app/gateways/mollie/",),
    "Adyen": ("app/gateways/adyen/",),
    "ocpp": ("app/gateways/ocpp/", "app/sandbox/"),
    "aiosmtplib": ("app/gateways/smtp/", "app/infra/mail.py"),
    "litestar": (
        "app/main.py",
        "app/web/",
        "app/api/",
        "app/office/",
        "app/hooks/",
        "app/sandbox/",
    ),
    "authlib": ("app/gateways/openid/protocol.py",),
    "webauthn": ("app/people/identity/passkeys/authenticators.py",),
    "typst": ("app/infra/pdf/", "qr/"),
    "redis": ("app/infra/redis/", "app/gateways/ocpp/bus/"),
}


def read(source: Path) -> ast.Module:
    """Return the syntax tree of *source*."""
    return parsed(ROOT / source)


def imports(source: Path) -> Iterator[str]:
    """Yield the dotted names that *source* imports."""
    for node in ast.walk(read(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(kind: type | tuple[type, ...], guilty) -> list[str]:
    """Return where the nodes of a *kind* stand that are *guilty*."""
    return [
        f"{source}:{node.lineno}"
        for source in SOURCES
        for node in ast.walk(read(source))
        if isinstance(node, kind) and guilty(source, node)
    ]


def test_modules_are_short():
    """A module has at most 300 lines."""
    long = {
        str(s): n for s in SOURCES if (n := len((ROOT / s).read_text().splitlines())) > MODULE_LINES
    }

    assert {} == long


def test_functions_are_short():
    """A function has at most 40 lines."""

    def too_long(_: Path, node: Function) -> bool:
        return (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES

    assert [] == offenders((ast.FunctionDef, ast.AsyncFunctionDef), too_long)


def test_contexts_are_small():
    """A context has at most 15 files; the migrations are no context but a list that only grows."""
    many = {
        str(folder.relative_to(ROOT)): len(list(folder.glob("*.py")))
        for folder in (ROOT / "app").rglob("*")
        if folder.is_dir() and len(list(folder.glob("*.py"))) > CONTEXT_FILES
    }
    many.pop("app/infra/migrations/versions", None)

    assert {} == many


def test_every_module_says_what_it_is_for():
    """A module opens with a sentence."""
    assert [] == [str(s) for s in SOURCES if not ast.get_docstring(read(s))]


def test_no_float():
    """`float` does not occur: money, energy and time are whole numbers or Decimals."""

    def is_float(source: Path, node: ast.AST) -> bool:
        if source.parts[:2] == ("app", "sandbox"):
            return False
        return (isinstance(node, ast.Name) and node.id == "float") or (
            isinstance(node, ast.Constant) and isinstance(node.value, float)
        )

    lines = {source: (ROOT / source).read_text().splitlines() for source in SOURCES}
    found = offenders((ast.Name, ast.Constant), is_float)
    assert [] == [
        place
        for place in found
        if "# seconds" not in lines[Path(place.split(":")[0])][int(place.split(":")[1]) - 1]
    ]


def test_no_import_hides_in_a_function():
    """Imports stand at the top, where the layers are checked and a reader looks."""

    def hidden(_: Path, node: Function) -> bool:
        return any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))

    assert [] == offenders((ast.FunctionDef, ast.AsyncFunctionDef), hidden)


def test_only_the_unit_of_work_commits():
    """Nobody but infra ends a transaction."""

    def commits(source: Path, node: ast.AST) -> bool:
        if source.parts[:2] in {("app", "infra"), ("app", "sandbox")}:
            return False
        if isinstance(node, ast.Attribute):
            return node.attr in {"commit", "rollback", "begin"}
        return isinstance(node, ast.Constant) and node.value in {"COMMIT", "ROLLBACK", "BEGIN"}

    assert [] == offenders((ast.Attribute, ast.Constant), commits)


def test_libraries_stay_at_home():
    """SQL is spoken in stores, HTTP at the edge, a vendor's SDK in its gateway."""
    strays = [
        f"{source} knows {name}"
        for source in SOURCES
        for name in imports(source)
        for library, homes in HOMES.items()
        if name.split(".")[0] == library
        and not any(str(source).startswith(home) or source.name == home for home in homes)
    ]

    assert [] == strays


def context_of(module: str) -> str:
    """Return the context that *module* belongs to: `app.funds.payments`, `app.directpay`."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[1] in CONTEXTS else 2])


def test_a_store_is_private_to_its_context():
    """Other contexts ask a context's functions, never its tables."""
    strays = [
        f"{source} reaches into {name}"
        for source in SOURCES
        for name in imports(source)
        if re.match(r"app(\.\w+)+\.store\b", name)
        and context_of(".".join(source.with_suffix("").parts)) != context_of(name)
    ]

    assert [] == strays


def test_every_context_has_its_layer():
    """A new context does not escape the contracts: it must stand in their list."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    listed = {name.strip(" ()") for layer in layers for name in re.split("[|:]", layer)}
    listed.add("app.sandbox")  # has contracts of its own
    found = set()
    for entry in (ROOT / "app").iterdir():
        if entry.name in CONTEXTS:
            found |= {
                f"app.{entry.name}.{p.name}"
                for p in entry.iterdir()
                if (p / "__init__.py").exists()
            }
        elif (entry / "__init__.py").exists() or (
            entry.suffix == ".py" and entry.stem != "__init__"
        ):
            found.add(f"app.{entry.stem}")

    assert set() == found - listed


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_to_do(word: str):
    """What is missing stands in an issue, not in the code."""
    assert [] == [str(s) for s in SOURCES if word in (ROOT / s).read_text()]
