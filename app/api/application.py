"""The API as one application: what main puts behind /api/."""

from datetime import timedelta

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException

from app.api.brands.routes import BRAND_ROUTES
from app.api.cards.routes import CARD_ROUTES
from app.api.codes import get_code, read_display
from app.api.contract.allow import tell_methods
from app.api.contract.host import guard_host
from app.api.contract.page import docs_file, docs_page
from app.api.contract.strict import StrictRequest, take_described
from app.api.counter import Counter
from app.api.coupons.driver import check_coupon
from app.api.coupons.operator import (
    block_one_code,
    hand_out_voucher,
    list_campaigns,
    make_new_codes,
)
from app.api.description import DecimalsAreText, RawIsAnObject, description
from app.api.drivers.history import claim_session, export_sessions, list_sessions
from app.api.drivers.me import ME_ROUTES
from app.api.drivers.signing import refresh_tokens, send_sign_in_code, sign_in, sign_out
from app.api.favourites.routes import FAVOURITE_ROUTES
from app.api.keys import RequestsApart, get_key
from app.api.notices.routes import (
    add_notification_device,
    choose_notifications,
    get_notifications,
    remove_notification_device,
)
from app.api.notices.session import follow_by_notices
from app.api.openid.routes import get_openid_offer, sign_in_with_openid
from app.api.operators.accounts import list_payment_accounts
from app.api.operators.drivers import find_one_driver, group_one_driver
from app.api.operators.series import read_series, write_series
from app.api.own.credit import CREDIT_ROUTES
from app.api.own.means import MEANS_ROUTES
from app.api.own.months import sum_months
from app.api.own.paying import get_own_ways
from app.api.pages import problem_page
from app.api.passkeys.own import OWN_PASSKEYS
from app.api.passkeys.routes import (
    add_new_passkey,
    ask_for_new_passkey,
    ask_for_passkey,
    sign_in_with_passkey,
)
from app.api.paying.routes import add_to_session, pay_session_again
from app.api.paying.terminal import find_paid_session
from app.api.places.quoting import get_quote
from app.api.places.routes import get_evse, get_location, list_clusters, list_locations
from app.api.places.scanning import read_scan
from app.api.places.shelf import LASTS, Shelf
from app.api.problems import Problems
from app.api.receipts import get_meter_records, get_receipt_pdf, mail_receipt, make_invoice
from app.api.refunds.routes import (
    approve_one_refund,
    ask_for_refund,
    list_all_refunds,
    refuse_one_refund,
)
from app.api.sessions import (
    follow_session,
    get_session,
    get_session_tariff,
    start_session,
    stop_session,
)
from app.api.stations.calling import (
    call_station,
    change_availability,
    reset_station,
    send_diagnostics,
    trigger_message,
    unlock_connector,
    update_firmware,
)
from app.api.stations.configuring import (
    read_configuration,
    report_configuration,
    write_configuration,
)
from app.api.stations.looking import (
    get_station,
    get_station_transaction,
    list_station_calls,
    list_station_notifications,
    list_station_transactions,
    list_stations,
)
from app.api.stations.pairing import (
    claim_station,
    list_pairing_attempts,
    list_pairing_codes,
    make_pairing_code,
)
from app.api.stations.securing import (
    get_station_security,
    rotate_station_password,
    set_station_security,
)
from app.api.stations.terminals import list_inside_terminals, teach_inside_terminal
from app.api.stickers.routes import STICKER_ROUTES
from app.api.terminals.routes import (
    abort_one_terminal,
    list_all_terminals,
    prompt_one_terminal,
)
from app.api.tokens.accounts import (
    end_charge_account,
    get_charge_account,
    list_charge_accounts,
    save_charge_account,
)
from app.api.tokens.routes import (
    block_one_token,
    find_token,
    keep_token_list,
    list_tokens,
    unblock_one_token,
)
from app.api.wallets.routes import (
    find_credit,
    freeze_one_wallet,
    grant_credit,
    list_credit_volumes,
    refund_one_wallet,
    unfreeze_one_wallet,
)
from app.charging.chargers.calls.ports import CallGateway
from app.directpay.desk import Desk
from app.infra.fan import Fan
from app.infra.live import LiveBus
from app.kernel.errors import Problem

_MOST_BODY_BYTES = 16_384
_ROUTES = (
    *BRAND_ROUTES,
    list_all_terminals,
    prompt_one_terminal,
    abort_one_terminal,
    get_code,
    read_display,
    list_locations,
    get_location,
    get_evse,
    get_quote,
    list_clusters,
    read_scan,
    *FAVOURITE_ROUTES,
    *MEANS_ROUTES,
    *CREDIT_ROUTES,
    sum_months,
    get_own_ways,
    start_session,
    get_session,
    get_session_tariff,
    follow_session,
    stop_session,
    add_to_session,
    pay_session_again,
    find_paid_session,
    mail_receipt,
    make_invoice,
    get_meter_records,
    get_receipt_pdf,
    send_sign_in_code,
    sign_in,
    refresh_tokens,
    sign_out,
    get_openid_offer,
    sign_in_with_openid,
    ask_for_passkey,
    sign_in_with_passkey,
    *OWN_PASSKEYS,
    ask_for_new_passkey,
    add_new_passkey,
    get_notifications,
    choose_notifications,
    add_notification_device,
    remove_notification_device,
    follow_by_notices,
    *CARD_ROUTES,
    *ME_ROUTES,
    list_sessions,
    claim_session,
    export_sessions,
    get_key,
    write_series,
    read_series,
    list_payment_accounts,
    check_coupon,
    list_campaigns,
    make_new_codes,
    block_one_code,
    hand_out_voucher,
    ask_for_refund,
    list_all_refunds,
    approve_one_refund,
    refuse_one_refund,
    grant_credit,
    find_credit,
    freeze_one_wallet,
    unfreeze_one_wallet,
    refund_one_wallet,
    keep_token_list,
    list_tokens,
    find_token,
    block_one_token,
    unblock_one_token,
    save_charge_account,
    list_charge_accounts,
    get_charge_account,
    end_charge_account,
    list_credit_volumes,
    group_one_driver,
    find_one_driver,
    list_stations,
    list_inside_terminals,
    teach_inside_terminal,
    get_station,
    list_station_transactions,
    get_station_transaction,
    list_station_calls,
    list_station_notifications,
    call_station,
    reset_station,
    unlock_connector,
    change_availability,
    trigger_message,
    update_firmware,
    send_diagnostics,
    read_configuration,
    write_configuration,
    report_configuration,
    rotate_station_password,
    get_station_security,
    set_station_security,
    make_pairing_code,
    list_pairing_codes,
    list_pairing_attempts,
    claim_station,
    *STICKER_ROUTES,
)


def api_application(
    desk: Desk, live: LiveBus, calls: CallGateway, *, keeps: timedelta = LASTS
) -> Litestar:
    """
    Return the API below `/api`, with its description at `/api/openapi.json`.

    It is an application of its own, so that whatever it refuses, unknown addresses and methods
    too, is told in problem details and never as a page. It *keeps* what it said of places so long.
    """
    counter = Counter(desk, live, Fan(), calls, Shelf(keeps))
    problems = Problems(desk.base_url)
    version_1 = Router(
        path="/v1",
        route_handlers=_ROUTES,
        dependencies={"counter": Provide(lambda: counter, sync_to_thread=False)},
        before_request=take_described,
    )
    return Litestar(
        path="/api",
        guards=[guard_host],
        route_handlers=[version_1, problem_page, docs_page, docs_file],
        middleware=[RequestsApart()],
        request_class=StrictRequest,
        exception_handlers={
            Problem: problems.problem,
            HTTPException: problems.http_error,
            500: problems.server_error,
        },
        openapi_config=description(desk.base_url),
        plugins=[DecimalsAreText(), RawIsAnObject()],
        state=State({"counter": counter}),
        before_send=[tell_methods],
        request_max_body_size=_MOST_BODY_BYTES,
        logging_config=None,
    )
