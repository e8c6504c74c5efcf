"""Compressed messages of a plain view's WebSocket, within bounds.

Pairs permessage-deflate (RFC 7692) as the websockets library reads it, under uvicorn and `AsyncWebSocket`, with
wsproto's, which unpacks whatever comes before anybody counts it, forgets that a message is compressed when a ping comes
between two of its frames, and fails where a client writes a word for a number.
"""

from __future__ import annotations

import zlib

from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, RsvBits


class Deflate(PerMessageDeflate):
    """wsproto's extension for one connection, whose messages have `max_size` bytes at most; 0 is no limit."""

    def __init__(self, max_size: int) -> None:
        super().__init__()
        self._max_size = max_size

    def accept(self, offer: str) -> bool | str | None:
        """What the answer says of the extension; None, which does without, for an offer that can't be read."""
        try:
            return super().accept(offer)
        except ValueError:
            return None

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Whether the frame may have these bits. A control frame says nothing of the message that it comes between."""
        message = self._inbound_compressed
        found = super().frame_inbound_header(proto, opcode, rsv, payload_length)
        if opcode.iscontrol():
            self._inbound_compressed = message
        return found

    def frame_inbound_payload_data(self, proto: FrameDecoder | FrameProtocol, data: bytes) -> bytes | CloseReason:
        """The data, unpacked: at most one byte more than a message may have, for a few KB may hold many MB."""
        if self._decompressor is None or not self._inbound_compressed or not self._inbound_is_compressible:
            return data
        try:
            unpacked = self._decompressor.decompress(bytes(data), self._max_size and self._max_size + 1)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        return CloseReason.MESSAGE_TOO_BIG if self._decompressor.unconsumed_tail else unpacked

    def frame_inbound_complete(self, proto: FrameDecoder | FrameProtocol, fin: bool) -> bytes | CloseReason | None:
        """What is left to unpack at a frame's end; the end of a control frame is not that of a message."""
        return super().frame_inbound_complete(proto, fin) if self._inbound_is_compressible else None
