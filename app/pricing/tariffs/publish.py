"""Publishing a tariff: a new version when, and only when, it says something new."""

import hashlib

import msgspec

from app.infra.database import Work
from app.pricing.tariffs import store
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.lint import lint_tariff
from app.pricing.tariffs.model import SeriesPart, Tariff, TariffVersion
from app.pricing.tariffs.ocpi import encode_tariff


async def publish_tariff(
    work: Work, tariff: Tariff, series: SeriesPart | None = None
) -> TariffVersion:
    """
    Return the newest version of *tariff* if it says the same, `last_updated` aside, else a new one.

    *series* tells what a tariff with dynamic prices was made of; of other parts is another version.

    A step: it runs inside the caller's transaction. Raises TariffInvalid, naming the field.
    """
    for finding in lint_tariff(tariff):
        raise TariffInvalid(finding.text, field=finding.field, rule=finding.code)
    digest = _digest(tariff)
    known = await store.newest(work, tariff.id)
    if known is not None and known[1] == digest and known[0].series == series:
        return known[0]
    dated = msgspec.structs.replace(tariff, last_updated=tariff.last_updated or work.now)
    version = TariffVersion(
        operator_id=work.operator_id,
        tariff_id=tariff.id,
        version=1 if known is None else known[0].version + 1,
        tariff=dated,
        published_at=work.now,
        series=series,
    )
    await store.add(work, version, digest)
    return version


def _digest(tariff: Tariff) -> str:
    undated = msgspec.structs.replace(tariff, last_updated=None)
    return hashlib.sha256(encode_tariff(undated)).hexdigest()
