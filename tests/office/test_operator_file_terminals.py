"""Card terminals in the operator file: what is taken over, and what is complained about."""

from pathlib import Path

import pytest

from app.funds.terminals.model import Terminal
from app.office.import_operator import OperatorFile, OperatorFileInvalid
from app.office.import_operator.plan import NOBODY, Plan
from app.office.import_operator.run import check
from app.office.import_operator.source import read_yaml

DEMO = Path(__file__).parents[2] / "app/sandbox/demo/operator.yaml"
AT_ADYEN = (
    "  - {id: kade, provider: adyen, device: V400m-324688179, name: Ramp, language: de,"
    " waits: true, evses: [AMS-KADE-2, AMS-KADE-1]}\n"
)
AT_MOLLIE = "  - {id: hof, provider: mollie, device: term_abcd, name: Hof, evses: [CGN-HOF-1]}\n"


def planned(terminals: str) -> Plan:
    """Return the plan of the demo operator with other terminals."""
    text = DEMO.read_text(encoding="utf-8")
    before, found, rest = text.partition("\nterminals:\n")
    after = rest[rest.index("\n\n") :] if found else ""
    text = f"{before}\nterminals:\n{terminals}{after}"
    return check(OperatorFile("operator.yaml", text, DEMO.parent), read_yaml(text))[0]


def test_terminals_are_taken_over():
    """Everything that is said, and the operator's first language where none is."""
    first, second = planned(AT_ADYEN + AT_MOLLIE).terminals

    assert (
        Terminal(
            operator_id=NOBODY,
            terminal_id="kade",
            provider="adyen",
            device="V400m-324688179",
            name="Ramp",
            language="de",
            waits=True,
            evse_uids=("AMS-KADE-2", "AMS-KADE-1"),
        )
    ) == first
    assert ("hof", "en", False) == (second.terminal_id, second.language, second.waits)


@pytest.mark.parametrize(
    ("terminals", "complaint"),
    [
        (AT_ADYEN + AT_ADYEN, "the terminal id 'kade' is used twice"),
        (AT_ADYEN.replace("id: kade", "id: a/b"), "id: expected 1 to 36 letters"),
        (AT_ADYEN.replace("provider: adyen", "provider: payter"), "no account at 'payter'"),
        (AT_ADYEN.replace("V400m-324688179", "../x"), "device: expected a terminal such as V400m"),
        (AT_MOLLIE.replace("term_abcd", "V400m-1"), "device: expected a terminal such as term_"),
        (AT_ADYEN.replace("language: de", "language: it"), "the operator does not speak 'it'"),
        (AT_ADYEN.replace("AMS-KADE-2", "NOWHERE"), "no charging point has the uid 'NOWHERE'"),
        (AT_MOLLIE.replace("[CGN-HOF-1]", "[]"), "evses: expected at least one charging point"),
        (AT_MOLLIE.replace("hof,", "hof, waits: true,", 1), "waits: only for Adyen"),
        (
            AT_ADYEN + AT_MOLLIE.replace("CGN-HOF-1", "AMS-KADE-1"),
            "'AMS-KADE-1' is served by a terminal already",
        ),
    ],
)
def test_what_is_wrong_is_told(terminals: str, complaint: str):
    """Each fault by its place in the file."""
    with pytest.raises(OperatorFileInvalid, match=complaint):
        planned(terminals)
