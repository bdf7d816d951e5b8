"""Bring a notice to a device, or into a mailbox."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec

from app.billing.receipts.texts.letter import mail_templates
from app.directpay.desk import Secrets
from app.directpay.notices.words import notice_words
from app.infra.database import Database, Work
from app.infra.i18n import gettext, speaking
from app.infra.jobs import TryAgain
from app.infra.mail import Mail, Mailer, NotSent
from app.people.identity.drivers.devices import is_signed_in
from app.people.identity.drivers.model import Driver
from app.people.identity.drivers.read import find_driver
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.people.notifications.devices import device_to_reach, remove_device
from app.people.notifications.model import GOOD_FOR, PushDevice, ToldNotice
from app.people.notifications.ports import Gone, NotPushed, Pushed, PushService
from app.people.notifications.tell import MAIL_TASK, told_notice

_SECONDS: int = int(GOOD_FOR.total_seconds())


@dataclass(frozen=True, slots=True)
class NoticeBox:
    """What it takes to deliver notices; *sender* is the address that we may send mail from."""

    database: Database
    push: PushService
    mailer: Mailer
    sender: str
    secrets: Secrets
    base_of: Callable[[UUID], str]


async def push_notice(
    notice_id: UUID, device_id: UUID, *, operator_id: UUID, box: NoticeBox
) -> None:
    """
    Push a notice to a device. The job PUSH_TASK; shown twice, it replaces itself.

    A service that is away is tried again for as long as the notice is of use (TryAgain). A browser
    that wants no messages any more, or is signed out, is forgotten; where it was the last one, the
    notice goes by mail if it may.
    """
    async with box.database.work(operator_id) as work:
        told = await told_notice(work, notice_id)
        device = await device_to_reach(work, device_id)
        operator = await get_operator(work)
        wanted = device is not None and await _is_known(work, device)
    if told is None or device is None or told.is_stale(box.database.clock.now()):
        return
    outcome = (
        await box.push.push(device.address, _body(told, device, operator, box), seconds=_SECONDS)
        if wanted
        else Gone()
    )
    match outcome:
        case Pushed():
            return
        case Gone():
            await _forget(told, device, operator_id, box)
        case NotPushed():
            raise TryAgain(outcome.detail)
        case _:
            assert_never(outcome)


async def mail_notice(notice_id: UUID, *, operator_id: UUID, box: NoticeBox) -> None:
    """Mail a notice to its driver. The job MAIL_TASK; sent twice, it has one Message-ID."""
    async with box.database.work(operator_id) as work:
        told = await told_notice(work, notice_id)
        operator = await get_operator(work)
        driver = None if told is None else await find_driver(work, told.subscriber_id)
    if told is None or driver is None or driver.is_nobody or told.is_stale(_now(box)):
        return
    outcome = await box.mailer.send(_mail(told, driver, operator, box))
    if isinstance(outcome, NotSent):
        raise TryAgain(outcome.detail)


async def _is_known(work: Work, device: PushDevice) -> bool:
    """Tell whether the browser may still be told: it is signed in, or follows a journey."""
    by = device.signed_in_id
    return by is None or await is_signed_in(work, device.subscriber_id, by)


async def _forget(told: ToldNotice, device: PushDevice, operator_id: UUID, box: NoticeBox) -> None:
    async with box.database.work(operator_id) as work:
        left = await remove_device(work, device.subscriber_id, device.device_id)
        if not left and told.notice.by_mail:
            work.defer(MAIL_TASK, notice_id=told.notice_id)


def _body(told: ToldNotice, device: PushDevice, operator: Operator, box: NoticeBox) -> bytes:
    with speaking(device.language):
        words = notice_words(told.notice)
    return msgspec.json.encode(
        {
            "title": words.title,
            "body": words.sentence,
            "lang": device.language,
            "tag": str(told.notice_id),
            "path": _path(told, operator, box.secrets),
            "icon": f"/app/{operator.slug}/icons/192",
        }
    )


def _path(told: ToldNotice, operator: Operator, secrets: Secrets) -> str:
    """Return what the notice opens: for a driver the own way into a session, which may stop it."""
    journey_id = told.notice.journey_id
    if journey_id is None:
        return told.notice.path
    token = secrets.token(journey_id)
    if told.subscriber_id == journey_id:
        return f"/s/{token}"
    return f"/me/{operator.slug}/sessions/{token}"


def _mail(told: ToldNotice, driver: Driver, operator: Operator, box: NoticeBox) -> Mail:
    base, sender = box.base_of(operator.operator_id), operator.mails_from(box.sender)
    with speaking(driver.language):
        words = notice_words(told.notice)
        support = {"phone": operator.support.phone, "email": operator.support.email}
        parts = {
            "language": driver.language,
            "brand": operator.brand.name,
            "colour": operator.brand.colour,
            "logo": operator.brand.png is not None,
            "title": words.title,
            "greeting": words.sentence,
            "link": base + _path(told, operator, box.secrets),
            "action": gettext("Open"),
            "rows": (),
            "notes": (
                gettext("You can choose what you are told: %(page)s")
                % {"page": f"{base}/me/{operator.slug}/notices"},
            ),
            "support": gettext("Questions? Call %(phone)s or write to %(email)s.") % support,
            "seller": (operator.legal_name,),
        }
    digest = hashlib.sha256(told.notice_id.bytes).hexdigest()[:32]
    return Mail(
        message_id=f"<notice-{digest}@{sender.rpartition('@')[2]}>",
        sender=sender,
        sender_name=operator.brand.name,
        reply_to=operator.support.email,
        recipient=driver.email,
        subject=words.title,
        text=mail_templates().get_template("session.txt").render(parts),
        html=mail_templates().get_template("session.html").render(parts),
        language=driver.language,
        logo=operator.brand.png,
    )


def _now(box: NoticeBox) -> datetime:
    return box.database.clock.now()
