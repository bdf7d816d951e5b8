"""Local lists in the words of each version (OCPP 1.6 LocalAuthListManagement, 2.x D01 to D03)."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from app.directpay.lists.model import Entry, Limits, Update
from app.directpay.lists.ports import Lister, Listing, LocalLists, Taken
from app.gateways.ocpp.commands import Commands
from app.gateways.ocpp.link.session import CallFailed
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.values import (
    object_of,
    objects,
    read_text,
    read_whole,
    write_instant,
)
from app.kernel.ids import ID_TAG_LENGTH

log = logging.getLogger(__name__)

_ENABLED, _LENGTH, _AT_ONCE = (
    "LocalAuthListEnabled",
    "LocalAuthListMaxLength",
    "SendLocalListMaxLength",
)
_CONTROLLER: Final = "LocalAuthListCtrlr"
# What every charge point with a list has been seen to take, where it does not tell.
_USUAL: Final = Limits(most=100, at_once=20)
_TAKEN: Final = {
    "Accepted": Taken.ACCEPTED,
    "Failed": Taken.FAILED,
    "VersionMismatch": Taken.MISMATCH,
}
_MOST_GROUP: Final = 36


class OcppLists(LocalLists):
    """The lists of charge points, reached by commands."""

    def __init__(self, commands: Commands) -> None:
        """Reach the charge points by *commands*."""
        self._commands = commands

    async def ask(self, lister: Lister) -> Listing | None:
        """
        Return what a charge point says of its list, switched on if need be; None: it has none.

        None is also the answer of one that can't be reached.
        """
        is_16 = lister.protocol == Version.V16
        answer = await self._call(lister, "GetLocalListVersion", {})
        if answer is None:
            return None
        version = read_whole(answer.get("listVersion" if is_16 else "versionNumber"))
        # OCPP 1.6, 5.10: -1 says that there is no list at all.
        if version is None or version < 0:
            return None
        limits = await (self._limits16(lister) if is_16 else self._limits2(lister))
        return None if limits is None else Listing(version, limits)

    async def send(self, lister: Lister, update: Update) -> Taken:
        """Send an update."""
        is_16 = lister.protocol == Version.V16
        words = entry16 if is_16 else entry2
        entries = [words(entry) for entry in update.entries if _fits(entry, is_16=is_16)]
        said: dict[str, Any] = {
            "listVersion" if is_16 else "versionNumber": update.version,
            "updateType": "Full" if update.is_full else "Differential",
        }
        if entries:
            said["localAuthorizationList"] = entries
        answer = await self._call(lister, "SendLocalList", said)
        if answer is None:
            return Taken.UNKNOWN
        return _TAKEN.get(str(answer.get("status")), Taken.FAILED)

    async def _limits16(self, lister: Lister) -> Limits | None:
        keys = [_ENABLED, _LENGTH, _AT_ONCE]
        answer = await self._call(lister, "GetConfiguration", {"key": keys})
        known = {
            str(each.get("key")): read_text(each.get("value"))
            for each in objects((answer or {}).get("configurationKey"))
        }
        if (known.get(_ENABLED) or "true").strip().lower() != "true":
            wish = {"key": _ENABLED, "value": "true"}
            changed = await self._call(lister, "ChangeConfiguration", wish)
            if changed is None or changed.get("status") != "Accepted":
                return None
        return _limits(known.get(_LENGTH), known.get(_AT_ONCE))

    async def _limits2(self, lister: Lister) -> Limits | None:
        asked = [("Enabled", "Actual"), ("Entries", "MaxSet"), ("ItemsPerMessage", "Actual")]
        data = [{**_variable(name), "attributeType": kind} for name, kind in asked]
        answer = await self._call(lister, "GetVariables", {"getVariableData": data})
        known = {
            str(object_of(each.get("variable")).get("name")): read_text(each.get("attributeValue"))
            for each in objects((answer or {}).get("getVariableResult"))
            if each.get("attributeStatus") == "Accepted"
        }
        if (known.get("Enabled") or "true").strip().lower() != "true":
            wish = {**_variable("Enabled"), "attributeValue": "true"}
            changed = await self._call(lister, "SetVariables", {"setVariableData": [wish]})
            results = objects((changed or {}).get("setVariableResult"))
            if not any(each.get("attributeStatus") == "Accepted" for each in results):
                return None
        return _limits(known.get("Entries"), known.get("ItemsPerMessage"))

    async def _call(
        self, lister: Lister, action: str, payload: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        try:
            return await self._commands.call(lister.operator_id, lister.identity, action, payload)
        except CallFailed as failure:
            log.info("charge point %s: %s: %s", lister.identity, action, failure)
            return None


def entry16(entry: Entry) -> Mapping[str, Any]:
    """Return an entry in the words of 1.6; without idTagInfo it is taken off the list."""
    if entry.status is None:
        return {"idTag": entry.uid}
    info: dict[str, Any] = {"status": entry.status.value}
    if entry.group is not None and len(entry.group) <= ID_TAG_LENGTH:
        info["parentIdTag"] = entry.group
    if entry.until is not None:
        info["expiryDate"] = write_instant(entry.until)
    return {"idTag": entry.uid, "idTagInfo": info}


def entry2(entry: Entry) -> Mapping[str, Any]:
    """Return an entry in the words of 2.x; without idTokenInfo it is taken off the list."""
    token = {"idToken": entry.uid, "type": "ISO14443" if entry.is_card else "Central"}
    if entry.status is None:
        return {"idToken": token}
    info: dict[str, Any] = {"status": entry.status.value}
    if entry.group is not None and len(entry.group) <= _MOST_GROUP:
        info["groupIdToken"] = {"idToken": entry.group, "type": "Central"}
    if entry.until is not None:
        info["cacheExpiryDateTime"] = write_instant(entry.until)
    return {"idToken": token, "idTokenInfo": info}


def _fits(entry: Entry, *, is_16: bool) -> bool:
    """Tell whether a version can name the token: an idTag has 20 characters (OCPP 1.6)."""
    return not is_16 or len(entry.uid) <= ID_TAG_LENGTH


def _limits(most: str | None, at_once: str | None) -> Limits:
    length, part = read_whole(most), read_whole(at_once)
    most_entries = _USUAL.most if length is None or length < 1 else length
    in_one = _USUAL.at_once if part is None or part < 1 else part
    return Limits(most_entries, min(in_one, most_entries))


def _variable(name: str) -> dict[str, Any]:
    return {"component": {"name": _CONTROLLER}, "variable": {"name": name}}
