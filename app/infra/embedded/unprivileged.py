"""Running PostgreSQL's programs as somebody who is not root, without loosening any permission."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_ROOT = 0
# Every system has this user, so the files have the same owner at the next start.
_IN_PLACE_OF_ROOT = "nobody"


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs programs as *user*; None is the user of this process."""

    user: str | None

    def run(
        self,
        command: Sequence[str | Path],
        *,
        text: str = "",
        secret: Mapping[str, str] = MappingProxyType({}),
    ) -> subprocess.CompletedProcess[str]:
        """Run *command* with *text* on its standard input, *secret* in its environment."""
        account = None if self.user is None else pwd.getpwnam(self.user)
        return subprocess.run(  # noqa: S603 - the programs are the wheel's
            [str(part) for part in command],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", **secret},
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
        )

    def reaches(self, folder: Path, program: Path) -> bool:
        """Tell whether the user can enter *folder* and run *program*, by doing it."""
        try:
            tried = self.run(
                ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", folder, program]
            )
        except OSError:
            return False
        return tried.returncode == 0

    def give(self, *paths: Path) -> None:
        """Make the user the owner of *paths*."""
        if self.user is not None:
            for path in paths:
                shutil.chown(path, self.user)


def choose_runner() -> Runner:
    """Return who runs the server: this user, or in root's place an unprivileged one."""
    if os.geteuid() != _ROOT:
        return Runner(None)
    return Runner(_IN_PLACE_OF_ROOT)
