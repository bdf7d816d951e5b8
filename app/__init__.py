"""Direct Pay: scan, see the price, pay, charge, stop, receipt."""

import sys

# The release, as pyproject.toml has it.
__version__ = "0.1.0"

# httpx brings a command line of its own when it finds the libraries for it, which others of ours
# need: 11 MiB in every process. Without this module it knows that there is none (decision 0031).
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: not to be imported
