"""The post between processes on Redis: an inbox each, a sign of life, and who owns which socket."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.gateways.ocpp.bus.messages import Errand, Evict, Note, Report, read_note, write_note

ALIVE_SECONDS: Final = 10
OWNED_SECONDS: Final = 90
_INBOX_SECONDS: Final = 300
_KEYS_AT_ONCE: Final = 500
_PREFIX: Final = "directpay:ocpp"

# Take each key that is free or ours; return the places of those that are another's.
_KEEP: Final = """
local lost = {}
for place, key in ipairs(KEYS) do
  local owner = redis.call('GET', key)
  if not owner or owner == ARGV[1] then
    redis.call('SET', key, ARGV[1], 'EX', ARGV[2])
  else
    lost[#lost + 1] = place - 1
  end
end
return lost
"""
# Put an errand, behind the time in ms by which it must begin, into the inbox of the living owner of
# a key: the way of every command, so in one round trip.
_DISPATCH: Final = """
local owner = redis.call('GET', KEYS[1])
if not owner or redis.call('EXISTS', ARGV[1] .. owner) == 0 then return nil end
local now, inbox = redis.call('TIME'), ARGV[2] .. owner
local begin_by = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
local errand = string.format('%.0f ', begin_by) .. ARGV[4]
redis.call('RPUSH', inbox, errand)
redis.call('EXPIRE', inbox, ARGV[5])
return {owner, errand}
"""
_RELEASE: Final = """
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
"""


class NoWay(RedisError):
    """There is no connection to Redis: nothing was sent."""


class Received(NamedTuple):
    """A note out of the inbox; an errand *is_late* when it should have begun by then."""

    note: Note
    is_late: bool


class Dispatched(NamedTuple):
    """An errand as it lies in the inbox of its owner."""

    owner: str
    text: bytes


class PostOffice:
    """The address of a process on Redis; methods raise RedisError when Redis is away."""

    def __init__(self, redis: Redis) -> None:
        """Take an address that nobody else has."""
        # Typed loosely: the client returns values and awaitables from the same annotations.
        self._redis: Any = redis
        self.address = secrets.token_hex(8)

    async def live(self) -> bool:
        """
        Show that this process lives, for the next ten seconds.

        False when it was not known to: for the first time, or when Redis has forgotten everything.
        """
        before = await self._redis.set(_process(self.address), b"1", ex=ALIVE_SECONDS, get=True)
        return before is not None

    async def is_alive(self, address: str) -> bool:
        """Tell whether a process has shown a sign of life in the last ten seconds."""
        return bool(await self._redis.exists(_process(address)))

    async def claim(self, identities: Sequence[str]) -> list[str | None]:
        """Own the sockets of charge points; return who owned each before, if another process."""
        pipeline = self._redis.pipeline(transaction=False)
        for identity in identities:
            pipeline.set(_owner(identity), self.address, ex=OWNED_SECONDS, get=True)
        before = [each and each.decode() for each in await pipeline.execute()]
        return [None if each == self.address else each for each in before]

    async def keep(self, identities: Sequence[str]) -> list[str]:
        """Go on owning these sockets; return those that another process owns by now."""
        lost: list[str] = []
        for part in _parts(identities):
            keys = [_owner(identity) for identity in part]
            places = await self._redis.eval(
                _KEEP, len(keys), *keys, self.address, str(OWNED_SECONDS)
            )
            lost.extend(part[place] for place in places)
        return lost

    async def release(self, identities: Sequence[str]) -> None:
        """Give sockets up, as far as they are still ours."""
        keys = [_owner(identity) for identity in identities]
        await self._redis.eval(_RELEASE, len(keys), *keys, self.address)

    async def dispatch(self, identity: str, errand: Errand, *, seconds: int) -> Dispatched | None:
        """
        Put *errand* into the inbox of the process that holds a charge point's socket.

        It must begin within so many *seconds*. None when no living process holds the socket. Raises
        NoWay when nothing was sent; after any other RedisError nobody knows.
        """
        key, prefixes = _owner(identity), (_process(""), _inbox(""))
        values = (*prefixes, str(seconds * 1000), write_note(errand), str(_INBOX_SECONDS))
        found = await self._once("EVAL", _DISPATCH, 1, key, *values)
        return None if found is None else Dispatched(found[0].decode(), found[1])

    async def _once(self, *command: Any) -> Any:  # noqa: ANN401 - whatever Redis answers
        """Send a command, never twice. Raises NoWay before that, RedisError after it."""
        pool = self._redis.connection_pool
        try:
            connection = await pool.get_connection()
        except RedisError as error:
            raise NoWay(str(error)) from error
        try:
            await connection.send_command(*command)
            return await connection.read_response()
        except BaseException:
            await connection.disconnect()  # an answer may still come, to whoever asks next
            raise
        finally:
            await pool.release(connection)

    async def send(self, address: str, note: Report | Evict) -> None:
        """Put *note* into a process's inbox."""
        text = write_note(note)
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.rpush(_inbox(address), text)
        pipeline.expire(_inbox(address), _INBOX_SECONDS)
        await pipeline.execute()

    async def take_back(self, address: str, text: bytes) -> bool:
        """Remove a note that nobody has read yet; False when somebody has."""
        return bool(await self._redis.lrem(_inbox(address), 1, text))

    async def next_note(self, seconds: int) -> Received | None:
        """
        Wait at most *seconds* for a note.

        It is late by Redis's own time, the one clock that all processes share, which is asked for
        together with the note: no errand waits for another answer.
        """
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.blpop([_inbox(self.address)], timeout=seconds)
        pipeline.time()
        found, now = await pipeline.execute()
        return None if found is None else _received(found[1], _milliseconds(now))

    async def leave(self) -> None:
        """Give the address up."""
        await self._redis.delete(_process(self.address), _inbox(self.address))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _received(text: bytes, now_ms: int) -> Received:
    begin_by, is_errand, rest = text.partition(b" {")
    if not (is_errand and begin_by.isdigit()):
        return Received(read_note(text), is_late=False)
    return Received(read_note(b"{" + rest), is_late=now_ms > int(begin_by))


def _milliseconds(time: tuple[int, int]) -> int:
    seconds, micros = time
    return int(seconds) * 1000 + int(micros) // 1000


def _parts(identities: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(identities), _KEYS_AT_ONCE):
        yield identities[first : first + _KEYS_AT_ONCE]


def _owner(identity: str) -> str:
    return f"{_PREFIX}:owner:{identity}"


def _process(address: str) -> str:
    return f"{_PREFIX}:process:{address}"


def _inbox(address: str) -> str:
    return f"{_PREFIX}:inbox:{address}"
