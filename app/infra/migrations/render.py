"""`python -m app.infra.migrations.render [TABLE ...]`: print what the code declares, as SQL."""

import importlib
import sys
from pathlib import Path

from app.infra.migrations.schema import our_schema
from app.infra.tables import metadata

APP = Path(__file__).parent.parent.parent


def main() -> None:
    """Print the statements that make the tables named on the command line, or everything."""
    for store in sorted(APP.glob("**/store.py")):
        if "sandbox" not in store.parts:
            importlib.import_module(".".join(store.relative_to(APP.parent).with_suffix("").parts))
    wanted = frozenset(sys.argv[1:])
    statements = (statement.strip() for statement in our_schema(metadata, wanted))
    sys.stdout.write("".join(f"{statement};\n\n" for statement in statements))


if __name__ == "__main__":
    main()
