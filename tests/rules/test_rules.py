"""Each of our own rules finds what it is for, and nothing in code that does it right."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
# What each rule must find: the file's name decides which kind of file it is.
WRONG = {
    "sql-from-text": """
        from sqlalchemy import text
        async def read(driver, name):
            await driver.fetch(f"SELECT * FROM t WHERE name = '{name}'")
            return text("SELECT " + name)
    """,
    "markup-of-a-text": """
        from markupsafe import Markup
        def draw(name):
            return Markup(f"<b>{name}</b>")
    """,
    "network-without-the-guard": """
        import httpx
        def ask():
            return httpx.AsyncClient(timeout=3)
    """,
    "redirects-are-not-followed": """
        def ask(client):
            return client.get("https://a.example", follow_redirects=True)
    """,
    "secret-in-a-log": """
        import logging
        _log = logging.getLogger(__name__)
        def tell(account):
            _log.info("signed in with %s", account.token)
    """,
    "clock-of-the-machine": """
        from datetime import datetime, UTC
        def now():
            return datetime.now(UTC)
    """,
    "secrets-are-compared-slowly": """
        def is_right(key, given):
            return key.signature == given
    """,
    "certificates-are-checked": """
        def ask(client):
            return client("https://a.example", verify=False)
    """,
    "cookies-are-guarded": """
        from litestar.datastructures import Cookie
        def keep():
            return Cookie(key="a", value="b", samesite="lax")
    """,
    "templates-escape": "<p>{{ name | safe }}</p>",
}
RIGHT = {
    "app/right.py": """
        import hmac
        import logging
        from litestar.datastructures import Cookie
        from markupsafe import Markup
        from sqlalchemy import text
        _log = logging.getLogger(__name__)
        STYLE = Markup("<b>")
        async def read(driver, name, clock):
            await driver.fetch("SELECT * FROM t WHERE name = $1", name)
            _log.info("read at %s", clock.now())
            return text("SELECT 1")
        def keep(key, given):
            assert hmac.compare_digest(key.signature, given)
            return Cookie(key="a", value="b", httponly=True, samesite="lax")
    """,
    "app/gateways/right.py": """
        import httpx
        def ask():
            return httpx.AsyncClient(timeout=3, follow_redirects=False)
    """,
    "templates/right.html": "<p>{{ name }} is safe</p>",
}


@pytest.fixture(scope="module")
def semgrep() -> Path:
    """The program, installed from its lock where it is not there yet."""
    install = ["sh", "scripts/install.sh", ".venv-semgrep", "requirements-semgrep.lock"]
    subprocess.run(install, cwd=ROOT, check=True, timeout=500)
    return ROOT / ".venv-semgrep" / "bin" / "semgrep"


def found(semgrep: Path, place: Path) -> set[tuple[str, str]]:
    """Return which rule finds something in which file below *place*."""
    flags = ["--metrics", "off", "--disable-version-check", "--no-git-ignore", "--json", "--quiet"]
    command = [semgrep, "scan", "--config", RULES, *flags, "."]
    done = subprocess.run(command, cwd=place, capture_output=True, check=True, timeout=300)
    results = json.loads(done.stdout)["results"]
    return {(each["check_id"].rpartition(".")[2], each["path"]) for each in results}


def written(place: Path, name: str, text: str) -> None:
    """Write *text*, as far to the left as it goes."""
    lines = text.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text("\n".join(line[indent:] for line in lines))


@pytest.mark.timeout(900)
def test_each_rule_finds_what_it_is_for(semgrep: Path, tmp_path: Path):
    """And nothing else does; what is right is found by none."""
    names = {
        rule: f"templates/{rule}.html" if rule == "templates-escape" else f"app/{rule}.py"
        for rule in WRONG
    }
    for rule, name in names.items():
        written(tmp_path, name, WRONG[rule])
    for name, text in RIGHT.items():
        written(tmp_path, name, text)

    assert set(names.items()) == found(semgrep, tmp_path)


def test_every_rule_is_tried():
    """A rule that nothing tries may find nothing."""
    rules = yaml.safe_load((RULES / "house.yaml").read_text())["rules"]

    assert set(WRONG) == {rule["id"] for rule in rules}
