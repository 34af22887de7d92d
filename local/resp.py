"""One connection to a Redis or Valkey server (RESP 2), with unconverted replies."""

import asyncio
from collections.abc import Sequence
from pathlib import Path


class ReplyError(Exception):
    """An error reply, with the server's message."""


# A simple string is text, a bulk string bytes, an error an exception: the REST protocol shows them differently.
Reply = str | bytes | int | None | ReplyError | list["Reply"]


class RespConnection:
    """A connection that opens on first use and reconnects after errors; calls are serialized."""

    def __init__(self, socket_path: Path) -> None:
        self._socket_path = socket_path
        self._one_at_a_time = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, commands: Sequence[Sequence[bytes]]) -> list[Reply]:
        """Send commands as a pipeline and return their replies, in order."""
        async with self._one_at_a_time:
            if self._streams is None:
                self._streams = await asyncio.open_unix_connection(str(self._socket_path))
            reader, writer = self._streams
            try:
                writer.write(b"".join(map(_packed, commands)))
                await writer.drain()
                return [await _reply(reader) for _ in commands]
            except BaseException:  # an unread reply would be mistaken for the next command's
                self.close()
                raise

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _packed(command: Sequence[bytes]) -> bytes:
    return b"*%d\r\n" % len(command) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in command)


async def _reply(reader: asyncio.StreamReader) -> Reply:
    line = (await reader.readuntil(b"\r\n"))[:-2]
    kind, rest = line[:1], line[1:]
    match kind:
        case b"+":
            return rest.decode()
        case b"-":
            return ReplyError(rest.decode())
        case b":":
            return int(rest)
        case b"$":
            return None if rest == b"-1" else (await reader.readexactly(int(rest) + 2))[:-2]
        case b"*":
            return None if rest == b"-1" else [await _reply(reader) for _ in range(int(rest))]
        case _:
            raise ConnectionError(f"not a RESP 2 reply: {line!r}")
