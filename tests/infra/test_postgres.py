"""The embedded PostgreSQL: set up, found again, recovered after a crash, as root and not."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.infra.embedded import postgres
from app.infra.embedded.postgres import FORGETFUL, PostgresTrouble, launch, wheel_binaries

ROOT = Path(__file__).parent.parent.parent
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter; what ran in it is stopped afterwards."""
    made = Path(tempfile.mkdtemp(prefix="directpay-launch-"))
    made.chmod(0o755)
    yield made / "postgres"
    stop(made / "postgres")
    shutil.rmtree(made)


def stop(place: Path) -> None:
    """Kill the server of *place*, if one runs."""
    mark = place / "data" / "postmaster.pid"
    if mark.exists():
        process = int(mark.read_text().splitlines()[0])
        if Path(f"/proc/{process}/comm").exists():
            os.kill(process, signal.SIGQUIT)
            wait_for_end(process)


def wait_for_end(process: int) -> None:
    """Wait until *process* is gone."""
    deadline = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def pid(place: Path) -> int:
    """Return the number of the server's process."""
    return int((place / "data" / "postmaster.pid").read_text().splitlines()[0])


def ask(url: str, query: str):
    """Return the first value of *query*."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchone()[0]


def test_a_fresh_folder_gets_a_server(folder: Path):
    """The application's role is no superuser and owns its database; the version is 18."""
    server = launch(folder, options=FORGETFUL)

    assert ask(server.url, "SHOW server_version").startswith("18")
    assert "directpay" == ask(server.url, "SELECT current_user")
    assert not ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert "UTC" == ask(server.url, "SHOW timezone")


def test_nobody_else_reads_the_password(folder: Path):
    """The password is in a file of mode 0600, and the server lets nobody in without it."""
    server = launch(folder, options=FORGETFUL)

    assert 0o600 == (folder / "password").stat().st_mode & 0o777
    with pytest.raises(psycopg.OperationalError, match="password"):
        ask(server.url.replace(server.password, "guess"), "SELECT 1")


def test_a_running_server_is_found(folder: Path):
    """A second start finds the server that runs, and knows that it is not its own."""
    first = launch(folder, options=FORGETFUL)
    second = launch(folder, options=FORGETFUL)

    assert (True, False) == (first.is_mine, second.is_mine)
    assert first.url == second.url


def test_what_was_committed_outlives_a_stop(folder: Path):
    """After a stop and a start the data are there."""
    server = launch(folder)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()

    assert 42 == ask(launch(folder).url, "SELECT answer FROM kept")


def test_what_was_committed_outlives_a_crash(folder: Path):
    """After kill -9 of the server the next start recovers every commit."""
    server = launch(folder)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.execute("SET synchronous_commit = on")
        process = pid(folder)
        os.kill(process, signal.SIGKILL)
    wait_for_end(process)

    assert 42 == ask(launch(folder).url, "SELECT answer FROM kept")


def test_a_foreign_process_with_the_old_number_does_not_matter(folder: Path):
    """In a container process numbers start anew: a mark with a number of somebody else is stale."""
    launch(folder, options=FORGETFUL).stop()
    mark = folder / "data" / "postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{folder / 'data'}\n1\n5432\n\n127.0.0.1\n  1 1\nready   \n")

    assert 1 == ask(launch(folder, options=FORGETFUL).url, "SELECT 1")


def test_a_half_made_cluster_is_made_again(folder: Path):
    """A first start that was killed leaves nothing that disturbs the next."""
    (folder / "workshop" / "data").mkdir(parents=True)
    (folder / "workshop" / "data" / "PG_VERSION").write_text("18")

    assert 1 == ask(launch(folder, options=FORGETFUL).url, "SELECT 1")


def test_data_of_another_version_are_refused(folder: Path):
    """The data of an older release are not touched; the sentence says what to do."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(PostgresTrouble, match=r"made by PostgreSQL 17.*restore"):
        launch(folder)


def test_a_broken_cluster_gets_a_sentence(folder: Path):
    """A cluster that PostgreSQL refuses is reported with its reason and the log's place."""
    launch(folder, options=FORGETFUL).stop()
    (folder / "data" / "global" / "pg_control").unlink()

    with pytest.raises(PostgresTrouble, match=r"does not start .*log is"):
        launch(folder)


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as somebody else")
def test_root_runs_the_server_as_nobody(folder: Path):
    """PostgreSQL refuses root, so the server and its files belong to nobody."""
    launch(folder, options=FORGETFUL)

    assert "nobody" == (folder / "data").owner()


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as somebody else")
def test_a_closed_folder_moves_the_data_and_loosens_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where nobody cannot enter, data and programs live in the state folder of the system."""
    monkeypatch.setattr(postgres, "STATE", folder.parent / "state")
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    server = launch(closed / "postgres", options=FORGETFUL)
    again = launch(closed / "postgres", options=FORGETFUL)
    place = server.data.parent
    try:
        assert 1 == ask(server.url, "SELECT 1")
        assert server.url == again.url
        assert 0o700 == closed.stat().st_mode & 0o777
        assert folder.parent / "state" in server.data.parents
        assert folder.parent / "state" in server.binaries.parents
    finally:
        stop(place)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
def test_not_root_runs_it_all_by_itself(folder: Path):
    """Another user starts, uses and stops a server in a folder of its own, with a copied wheel."""
    here = folder.parent
    packages = here / "packages"
    wheel = wheel_binaries().parent.parent
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, packages / part.name)
    home = here / "home"
    home.mkdir()
    shutil.chown(home, "nobody")
    binaries = packages / wheel.name / "pginstall18" / "bin"
    script = (
        "import sys; from pathlib import Path; from app.infra.embedded.postgres import launch;"
        f"server = launch(Path({str(home / 'postgres')!r}), binaries=Path({str(binaries)!r}));"
        "print(server.data.owner(), server.runner.user); server.stop()"
    )
    site = here / "site"
    site.mkdir()
    shutil.copytree(ROOT / "app" / "infra", site / "app" / "infra")
    shutil.copytree(ROOT / "app" / "kernel", site / "app" / "kernel")
    shutil.copy(ROOT / "app" / "__init__.py", site / "app")
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None or subprocess.run([python, "-c", "import fcntl"], check=False).returncode:
        pytest.fail("no Python that another user can run")
    done = subprocess.run(
        [python, "-B", "-c", script],
        user="nobody",
        group="nogroup",
        extra_groups=[],
        cwd=site,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "nobody None\n" == done.stdout, done.stderr
