"""`directpay cdr check`: CDRs as JSON lines in, what speaks against each as JSON lines out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from msgspec import json as msgjson

from app.kernel.errors import Problem
from app.pricing.tariffs.cdrs.across import conflicts
from app.pricing.tariffs.cdrs.command import (
    Answer,
    Case,
    contents,
    failed,
    named,
    plans_in,
    read_case,
    zone_of,
)
from app.pricing.tariffs.cdrs.metering import mismetered
from app.pricing.tariffs.cdrs.model import StatedCdr
from app.pricing.tariffs.cdrs.plausible import Known, implausible
from app.pricing.tariffs.cdrs.verify import Divergence, verify


class StatedCase(Case, frozen=True):
    """A case whose CDR is read with everything that can be checked."""

    cdr: StatedCdr


# What is known of the place and the partner of a CDR.
Knowledge = Callable[[StatedCdr], Known]
_CASES = msgjson.Decoder(StatedCase)
_ENCODER = msgjson.Encoder()


@dataclass(frozen=True, slots=True)
class _Checked:
    """A line whose CDR can be looked at, and what speaks against it."""

    name: str
    cdr: StatedCdr
    findings: tuple[Divergence, ...]


def check_lines(lines: Iterable[bytes], known: Knowledge) -> Iterator[Answer]:
    """
    Yield the answer to each of *lines*: what speaks against its CDR, alone and beside the others.

    A line that cannot be read has an error in its place. Every line is read before the first
    answer, because a later CDR may be at odds with an earlier one.
    """
    read = [_checked(line, number, known) for number, line in contents(lines)]
    whole = [one for one in read if isinstance(one, _Checked)]
    beside = conflicts([one.cdr for one in whole])
    found = {id(one): list(one.findings) for one in whole}
    for number, divergence in beside:
        found[id(whole[number])].append(divergence)
    for one in read:
        yield one if isinstance(one, Answer) else _answer(one, found[id(one)])


def _checked(line: bytes, number: int, known: Knowledge) -> _Checked | Answer:
    try:
        case = read_case(line, _CASES)
        plans = plans_in(bytes(case.tariffs), bytes(case.cdr.tariffs))
        zone, _ = zone_of(case)
        findings = (
            *verify(case.cdr, plans, zone),
            *implausible(case.cdr, plans, known(case.cdr)),
            *mismetered(case.cdr),
        )
        return _Checked(named(case.name, number), case.cdr, findings)
    except Problem as wrong:
        return failed(line, number, wrong)


def _answer(checked: _Checked, findings: list[Divergence]) -> Answer:
    text = _ENCODER.encode({"name": checked.name, "findings": findings})
    if not findings:
        return Answer(text)
    codes = ", ".join(dict.fromkeys(one.code for one in findings))
    return Answer(text, f"{checked.name}: {codes}")
