"""`directpay import FILE`: all that an operator configures, from one YAML file."""

from app.office.import_operator.apply import Imported
from app.office.import_operator.faults import OperatorFileInvalid
from app.office.import_operator.run import OperatorFile, import_operator, read_operator_file

__all__ = [
    "Imported",
    "OperatorFile",
    "OperatorFileInvalid",
    "import_operator",
    "read_operator_file",
]
