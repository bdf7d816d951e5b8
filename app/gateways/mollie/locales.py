"""The languages of Mollie's pages, chosen from ours."""

from typing import Final

DEFAULT: Final = "en_GB"
# Mollie's `locale` of a payment.
_CODES: Final = (
    "ca_ES cs_CZ da_DK de_AT de_CH de_DE de_LU en_BE en_GB en_NL en_US es_ES fi_FI fr_BE fr_FR"
    " fr_LU hu_HU is_IS it_IT lt_LT lv_LV nb_NO nl_BE nl_NL pl_PL pt_PT sk_SK sv_SE"
)
SPOKEN: Final = frozenset(_CODES.split())
# Where a language is spoken in several countries, its own.
_HOME: Final = {"de": "de_DE", "en": DEFAULT, "fr": "fr_FR", "nl": "nl_NL", "no": "nb_NO"}


def locale_of(language: str) -> str:
    """Return Mollie's locale for a tag like `de`, `de-AT` or `de_AT`; English when it has none."""
    head, _, country = language.replace("-", "_").partition("_")
    head = head.lower()
    exact = f"{head}_{country.upper()}"
    if exact in SPOKEN:
        return exact
    alike = sorted(spoken for spoken in SPOKEN if spoken.startswith(f"{head}_"))
    return _HOME.get(head) or (alike[0] if alike else DEFAULT)
