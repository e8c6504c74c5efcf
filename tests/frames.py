"""WebSocket frames byte by byte (RFC 6455, section 5.2): those that no client sends that means well."""

from __future__ import annotations

import struct
import zlib

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


def frame(data: bytes = b"", opcode: int = TEXT, *, last: bool = True, reserved: int = 0, mask: bool = True) -> bytes:
    """A frame of a client; its mask is four zero bytes, so that the data stands there as it is."""
    size, masked = len(data), 0x80 if mask else 0
    first = bytes([(0x80 if last else 0) | reserved << 4 | opcode])
    if size < 126:
        length = bytes([masked | size])
    elif size < 65536:
        length = bytes([masked | 126]) + struct.pack("!H", size)
    else:
        length = bytes([masked | 127]) + struct.pack("!Q", size)
    return first + length + (bytes(4) if mask else b"") + data


def close(code: int, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(struct.pack("!H", code) + reason, CLOSE)


def deflated(data: bytes) -> bytes:
    """A message as permessage-deflate has it (RFC 7692), for a window of any size from 512 bytes up."""
    compressor = zlib.compressobj(wbits=-9)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


#: In the first frame of a message that is compressed.
COMPRESSED = 4
