"""Generators and compilers of other languages, from their packages."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
SOURCES = Path(__file__).parent / "typescript"
VAR = Path(__file__).parents[2] / "var" / "clients"
SECONDS = 540


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a program of a package and return what it prints. Raises AssertionError when it fails."""
    path = f"{BIN}:/usr/bin:/bin"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={"PATH": path, "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert 0 == done.returncode, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def typescript(description: Path) -> Path:
    """
    Return the folder of the journey in TypeScript, its client made anew of *description*.

    The packages of `package-lock.json` are installed once for each state of that file.
    """
    lock = (SOURCES / "package-lock.json").read_bytes()
    folder = VAR / hashlib.sha256(lock).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES.iterdir():
        shutil.copy(source, folder)
    if not (folder / "node_modules" / ".package-lock.json").exists():
        run(BIN / "npm", "ci", "--no-audit", "--no-fund", cwd=folder)
    # What has a default may be left out of a body.
    flags = ("--default-non-nullable=false", "-o", "api.d.ts")
    program = folder / "node_modules" / ".bin" / "openapi-typescript"
    run(program, description, *flags, cwd=folder)
    return folder


def generate(language: str, description: Path, folder: Path) -> list[str]:
    """Make the client of a *language* in *folder*; return what the generator complained of."""
    program = BIN / "openapi-generator-cli"
    said = run(program, "generate", "-i", description, "-g", language, "-o", folder)
    return [line for line in said.splitlines() if " ERROR " in line or "Exception" in line]
