"""Import an operator file: read it, check all of it, save all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

import msgspec

from app.charging.chargers.setup.owners import find_owners
from app.funds.payments.accounts import Vault
from app.infra.database import Database
from app.office.import_operator.apply import Imported, apply
from app.office.import_operator.build import Builder
from app.office.import_operator.cross import Numbered, cross_faults, foreign_faults
from app.office.import_operator.document import OperatorDocument
from app.office.import_operator.faults import Fault, OperatorFileInvalid, spelled
from app.office.import_operator.parts.hosts import foreign_hosts
from app.office.import_operator.plan import Plan
from app.office.import_operator.shape import shape_faults
from app.office.import_operator.source import Source, read_yaml
from app.office.import_operator.tariff_review import tariff_faults
from app.people.identity.hosts.vouch import owners_of
from app.people.identity.number import operator_id_for
from app.pricing.promotions.codes import CodeKeys


@dataclass(frozen=True, slots=True)
class OperatorFile:
    """An operator file: its *name* for messages, its *text*, the *folder* of its pictures."""

    name: str
    text: str
    folder: FilePath


def read_operator_file(path: FilePath) -> OperatorFile:
    """Read the file at *path*. Raises OperatorFileInvalid when it cannot be read."""
    try:
        return OperatorFile(path.name, path.read_text(encoding="utf-8"), path.parent)
    except OSError as wrong:
        raise OperatorFileInvalid(f"{path}: {wrong.strerror}", file=str(path)) from wrong
    except UnicodeDecodeError as wrong:
        raise OperatorFileInvalid(f"{path}: is not text in UTF-8", file=str(path)) from wrong


async def import_operator(
    file: OperatorFile, *, vault: Vault, codes: CodeKeys, database: Database
) -> Imported:
    """
    Save what *file* says about an operator; the same file again changes nothing.

    *vault* seals the secrets of provider accounts, *codes* keep the words of promotions. Raises
    OperatorFileInvalid with one line per fault, in the order of the lines; then nothing was saved.
    """
    source = read_yaml(file.text)
    plan, evses = check(file, source)
    operator_id = await operator_id_for(plan.operator.slug, database=database)
    owners = await find_owners(
        codes=[evse.code for evse in plan.evses],
        identities=[identity for identity, _ in plan.stations],
        database=database,
    )
    hosts = await owners_of(plan.hosts, database=database)
    foreign = [*foreign_faults(evses, owners, operator_id)]
    _refuse(file, source, [*foreign, *foreign_hosts(plan.hosts, hosts, operator_id)])
    plan = replace(plan, operator=replace(plan.operator, operator_id=operator_id))
    async with database.work(operator_id) as work:
        return await apply(work, plan, vault=vault, codes=codes)


def check(file: OperatorFile, source: Source) -> tuple[Plan, Numbered]:
    """Return the plan of *file* and its EVSEs with their paths. Raises OperatorFileInvalid."""
    _refuse(file, source, source.faults)
    _refuse(file, source, shape_faults(source.value, OperatorDocument))
    document = msgspec.convert(source.value, OperatorDocument)
    builder = Builder(document, file.folder)
    plan = builder.build()
    paths = [
        ("locations", place, "evses", number)
        for place, location in enumerate(document.locations)
        for number in range(len(location.evses))
    ]
    evses: Numbered = list(zip(paths, plan.evses, strict=True))
    _refuse(file, source, builder.faults + list(cross_faults(plan, evses, builder.rules)))
    _refuse(file, source, tariff_faults(plan))
    return plan, evses


def _refuse(file: OperatorFile, source: Source, faults: Sequence[Fault]) -> None:
    if not faults:
        return
    placed = sorted({(source.line(each.path), spelled(each.path), each.reason) for each in faults})
    lines = [
        f"{file.name}:{line}: {path}: {reason}" if path else f"{file.name}:{line}: {reason}"
        for line, path, reason in placed
    ]
    raise OperatorFileInvalid("\n".join(lines), file=file.name, faults=len(lines))
