"""The driver's pages as one router: the only thing that main needs to know of them."""

from functools import partial

from litestar import Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from app.directpay.desk import Desk
from app.directpay.scan import Standing, look_at, standing_at
from app.directpay.views import ScanView
from app.infra.live import LiveBus
from app.kernel.errors import Problem
from app.web.config import WebConfig
from app.web.coupons.redeem import coupon_form, form_again
from app.web.drawing.scan_cache import Lifetimes, ScanCache
from app.web.drivers.cards import (
    add_card_form,
    agree_form,
    block_card_form,
    cards_page,
    take_back_form,
)
from app.web.drivers.history import open_session, sessions_file, sessions_page
from app.web.drivers.keep import keep_session_form
from app.web.drivers.leaving import data_download, forget_form, own_name_form
from app.web.drivers.means import means_page, name_form, remove_form
from app.web.drivers.sign_in import code_form, me_anywhere, me_page, sign_in_form, sign_out_form
from app.web.drivers.wallet import (
    automatic_off_form,
    back_from_top_up,
    refund_form,
    top_up_form,
    wallet_anywhere,
    wallet_page,
)
from app.web.files.serve import logo, static_file
from app.web.following import (
    add_form,
    again_form,
    back_from_provider,
    session_events,
    session_page,
    stop_form,
)
from app.web.hosts import ElsewhereServed, HostMiddleware, lead_there
from app.web.language import LanguageMiddleware
from app.web.notices.follow import follow_form
from app.web.notices.own import (
    add_device_form,
    choose_form,
    notices_page,
    remove_device_form,
)
from app.web.openid.ways import openid_back, openid_there
from app.web.pages import DataFile, Pages
from app.web.passkeys.own import (
    add_passkey_form,
    ask_for_new_passkey,
    name_passkey_form,
    passkeys_page,
    remove_passkey_form,
)
from app.web.passkeys.sign_in import ask_for_passkey, passkey_form
from app.web.places.camera import camera_page
from app.web.places.keep import keep_form, wait_form, wait_no_more_form
from app.web.places.location import location_page
from app.web.places.map_page import map_page, map_points
from app.web.problems import ProblemPages
from app.web.receipts import (
    invoice_form,
    meter_records,
    receipt_file,
    receipt_form,
    terminal_invoice,
)
from app.web.scanning import pay_form, scan_page
from app.web.shell.install import app_icon, manifest, service_worker
from app.web.shell.start import offline_page, running_part, start_page
from app.web.stickers.checks import StickerChecks
from app.web.stickers.mount import end_form, fitter_page, mount_form
from app.web.stickers.pair import pair_form, pair_page
from app.web.stickers.report import report_form, report_page
from app.web.stickers.scan import sticker_page
from app.web.strays import home
from app.web.streams.rooms import Rooms

_MOST_FORM_BYTES = 16_384
_HANDLERS = (
    home,
    scan_page,
    sticker_page,
    report_page,
    report_form,
    fitter_page,
    mount_form,
    end_form,
    pair_page,
    pair_form,
    pay_form,
    coupon_form,
    form_again,
    session_page,
    back_from_provider,
    session_events,
    stop_form,
    add_form,
    again_form,
    receipt_form,
    invoice_form,
    meter_records,
    receipt_file,
    terminal_invoice,
    me_anywhere,
    me_page,
    code_form,
    sign_in_form,
    sign_out_form,
    openid_there,
    openid_back,
    ask_for_passkey,
    passkey_form,
    passkeys_page,
    ask_for_new_passkey,
    add_passkey_form,
    name_passkey_form,
    remove_passkey_form,
    data_download,
    forget_form,
    own_name_form,
    sessions_page,
    sessions_file,
    open_session,
    keep_session_form,
    cards_page,
    add_card_form,
    block_card_form,
    agree_form,
    take_back_form,
    automatic_off_form,
    means_page,
    name_form,
    remove_form,
    wallet_anywhere,
    wallet_page,
    top_up_form,
    back_from_top_up,
    refund_form,
    notices_page,
    choose_form,
    add_device_form,
    remove_device_form,
    follow_form,
    start_page,
    running_part,
    offline_page,
    manifest,
    app_icon,
    service_worker,
    camera_page,
    map_page,
    map_points,
    location_page,
    keep_form,
    wait_form,
    wait_no_more_form,
    static_file,
    logo,
)


def driver_pages(config: WebConfig, *, desk: Desk, live: LiveBus, data_file: DataFile) -> Router:
    """Return the pages that a driver sees, with their own dependencies and problem pages."""

    async def look(standing: Standing, language: str) -> ScanView:
        return await look_at(standing, language, desk=desk)

    lifetimes = Lifetimes(config.standing_lifetime, config.scan_lifetime)
    scans = ScanCache(partial(standing_at, desk=desk), look, lifetimes)
    problems = ProblemPages(config, lambda: desk.hosts)
    pages = Pages(desk, config, scans, Rooms(live), StickerChecks(desk), data_file)
    return Router(
        path="/",
        route_handlers=_HANDLERS,
        dependencies={"pages": Provide(lambda: pages, sync_to_thread=False)},
        middleware=[LanguageMiddleware(), HostMiddleware(lambda: desk.hosts)],
        exception_handlers={
            Problem: problems.problem,
            ElsewhereServed: lead_there,
            HTTPException: problems.http_error,
            500: problems.server_error,
        },
        request_max_body_size=_MOST_FORM_BYTES,
    )
