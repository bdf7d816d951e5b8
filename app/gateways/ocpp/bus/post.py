"""The post between processes on Redis: an inbox each, a sign of life, and who owns which socket."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Final

from redis.asyncio import Redis

from app.gateways.ocpp.bus.messages import Note, read_note, write_note

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
# The owner of a key, if it lives, and the time: the way of every command, so in one round trip.
_FIND: Final = """
local owner = redis.call('GET', KEYS[1])
if not owner or redis.call('EXISTS', ARGV[1] .. owner) == 0 then return nil end
local now = redis.call('TIME')
return {owner, now[1], now[2]}
"""
_RELEASE: Final = """
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
"""


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

    async def owner_of(self, identity: str) -> tuple[str, int] | None:
        """Return the living process that holds a charge point's socket, and Redis's time in ms."""
        found = await self._redis.eval(_FIND, 1, _owner(identity), _process(""))
        if found is None:
            return None
        owner, seconds, micros = found
        return owner.decode(), int(seconds) * 1000 + int(micros) // 1000

    async def now_ms(self) -> int:
        """Return Redis's own time, the one clock that all processes share."""
        seconds, micros = await self._redis.time()
        return int(seconds) * 1000 + int(micros) // 1000

    async def send(self, address: str, note: Note) -> bytes:
        """Put *note* into a process's inbox; return it as it lies there."""
        text = write_note(note)
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.rpush(_inbox(address), text)
        pipeline.expire(_inbox(address), _INBOX_SECONDS)
        await pipeline.execute()
        return text

    async def take_back(self, address: str, text: bytes) -> bool:
        """Remove a note that nobody has read yet; False when somebody has."""
        return bool(await self._redis.lrem(_inbox(address), 1, text))

    async def next_note(self, seconds: int) -> Note | None:
        """Wait at most *seconds* for a note."""
        found = await self._redis.blpop([_inbox(self.address)], timeout=seconds)
        return None if found is None else read_note(found[1])

    async def leave(self) -> None:
        """Give the address up."""
        await self._redis.delete(_process(self.address), _inbox(self.address))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _parts(identities: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(identities), _KEYS_AT_ONCE):
        yield identities[first : first + _KEYS_AT_ONCE]


def _owner(identity: str) -> str:
    return f"{_PREFIX}:owner:{identity}"


def _process(address: str) -> str:
    return f"{_PREFIX}:process:{address}"


def _inbox(address: str) -> str:
    return f"{_PREFIX}:inbox:{address}"
