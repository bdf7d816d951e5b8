"""The reference page of the operator file says what the code does."""

import re
from pathlib import Path
from types import ModuleType

from msgspec import Struct, structs

from app.office.import_operator import document
from app.office.import_operator.run import OperatorFile, check
from app.office.import_operator.source import read_yaml

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "operator-file.md"


def fields_of(module: ModuleType) -> set[str]:
    """Return the names of all fields of the entries in *module*."""
    entries = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Struct) and each is not Struct
    ]
    return {field.name for entry in entries for field in structs.fields(entry)}


def test_the_smallest_file_can_be_imported():
    """The example has no fault."""
    example = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
    file = OperatorFile("operator.yaml", example, PAGE.parent)

    plan, evses = check(file, read_yaml(file.text))

    assert ("lampje", 1) == (plan.operator.slug, len(evses))


def test_every_field_is_explained():
    """No field of the file is missing on the page."""
    told = set(re.findall(r"`([a-z0-9_]+)`", PAGE.read_text()))

    assert set() == fields_of(document) - told
