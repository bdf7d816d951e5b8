"""`python -m app.infra.migrations.render`: print the schema that the code declares, as SQL."""

import importlib
import sys
from pathlib import Path

from app.infra.migrations.schema import our_schema
from app.infra.tables import metadata

APP = Path(__file__).parent.parent.parent


def main() -> None:
    """Print the statements that a first migration consists of."""
    for store in sorted(APP.glob("**/store.py")):
        if "sandbox" not in store.parts:
            importlib.import_module(".".join(store.relative_to(APP.parent).with_suffix("").parts))
    sys.stdout.write("".join(f"{statement.strip()};\n\n" for statement in our_schema(metadata)))


if __name__ == "__main__":
    main()
