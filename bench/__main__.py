"""`make bench`: every benchmark after the other, each in a process of its own."""

import subprocess
import sys

BENCHMARKS = ("pages", "live", "start", "ocpp", "pricing")


def main() -> int:
    """Run them all and return how many failed."""
    failed = []
    for name in BENCHMARKS:
        print(f"\n=== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print("failed:", *failed, file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
