"""EVSE ids: the name of a charging point as it is stored and as it is printed."""

import re

# ISO 15118-2, annex H, and the eMI3 rules: country, operator, "E", then the point; "*" between
# the parts is optional and no part of the name. There is no check digit.
_EVSE_ID = re.compile(
    r"(?P<country>[A-Z]{2})\*?(?P<operator>[A-Z0-9]{3})\*?E(?P<point>[A-Z0-9][A-Z0-9*]{0,30})"
)


class InvalidEvseId(ValueError):
    """The text is not an EVSE id."""


def normalised(text: str) -> str:
    """Return the id by which a point is found: upper case, no `*`. Raises InvalidEvseId."""
    return _parts(text).group(0).replace("*", "")


def printed(text: str) -> str:
    """
    Return the id as people read it: `NL*VST*E0012*1`. Raises InvalidEvseId.

    The stars around the operator are put in; those inside the point's own name are kept.
    """
    parts = _parts(text)
    return f"{parts['country']}*{parts['operator']}*E{parts['point']}"


def _parts(text: str) -> re.Match[str]:
    match = _EVSE_ID.fullmatch(text.strip().upper())
    if match is None:
        msg = f"not an EVSE id: {text!r} (for example NL*VST*E0012*1)"
        raise InvalidEvseId(msg)
    return match
