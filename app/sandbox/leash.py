"""`python -m app.sandbox.leash MODULE ...`: run a module until whoever started it goes away."""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Run the module named first with the other arguments; end when standard input ends."""
    threading.Thread(target=_watch, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _watch() -> None:
    """Wait for the end of standard input, which the system closes even when we are killed."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
