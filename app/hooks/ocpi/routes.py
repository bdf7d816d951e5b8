"""Which function answers which call: by role, module and method."""

from collections.abc import Mapping
from typing import Final

from app.hooks.ocpi.call import Handler
from app.hooks.ocpi.clients import get_client, put_client
from app.hooks.ocpi.commands import post_command
from app.hooks.ocpi.credentials import (
    delete_credentials,
    get_credentials,
    post_credentials,
    put_credentials,
)
from app.hooks.ocpi.invoices import (
    delete_invoice,
    get_invoice,
    list_invoices,
    post_invoice,
    put_invoice,
)
from app.hooks.ocpi.payments import get_payment_object, post_payment_object
from app.hooks.ocpi.provided import get_provided
from app.hooks.ocpi.published import (
    list_cdrs,
    list_locations,
    list_sessions,
    list_tariffs,
    put_preferences,
)
from app.hooks.ocpi.received import (
    delete_tariff,
    get_cdr,
    get_location,
    get_session,
    get_tariff,
    patch_location,
    patch_session,
    post_cdr,
    post_result,
    put_location,
    put_session,
    put_tariff,
)
from app.hooks.ocpi.tokens import (
    get_token,
    list_tokens,
    patch_token,
    post_authorize,
    put_token,
)

# The credentials have one address, so no role stands before them.
CREDENTIALS: Final[Mapping[str, Handler]] = {
    "GET": get_credentials,
    "POST": post_credentials,
    "PUT": put_credentials,
    "DELETE": delete_credentials,
}
ROUTES: Final[Mapping[tuple[str, str], Mapping[str, Handler]]] = {
    ("", "credentials"): CREDENTIALS,
    ("receiver", "locations"): {
        "GET": get_location,
        "PUT": put_location,
        "PATCH": patch_location,
    },
    ("receiver", "tariffs"): {"GET": get_tariff, "PUT": put_tariff, "DELETE": delete_tariff},
    ("receiver", "sessions"): {"GET": get_session, "PUT": put_session, "PATCH": patch_session},
    ("receiver", "cdrs"): {"GET": get_cdr, "POST": post_cdr},
    ("sender", "commands"): {"POST": post_result},
    ("sender", "locations"): {"GET": list_locations},
    ("sender", "tariffs"): {"GET": list_tariffs},
    ("sender", "sessions"): {"GET": list_sessions, "PUT": put_preferences},
    ("sender", "cdrs"): {"GET": list_cdrs},
    ("receiver", "commands"): {"POST": post_command},
    ("receiver", "tokens"): {"GET": get_token, "PUT": put_token, "PATCH": patch_token},
    ("sender", "tokens"): {"GET": list_tokens, "POST": post_authorize},
    ("receiver", "hubclientinfo"): {"GET": get_client, "PUT": put_client},
    ("sender", "invoicereconciliation"): {"GET": list_invoices},
    ("receiver", "invoicereconciliation"): {
        "GET": get_invoice,
        "POST": post_invoice,
        "PUT": put_invoice,
        "DELETE": delete_invoice,
    },
    ("sender", "payments"): {"GET": get_provided},
    ("receiver", "payments"): {"GET": get_payment_object, "POST": post_payment_object},
}
