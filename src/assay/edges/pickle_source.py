"""The bytes of a pickled file as an unpickler would read them: unpacked, bounded, and digested while they are read."""

from __future__ import annotations

import bz2
import hashlib
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Any

from assay.canonical import PREFIX

FREE_BYTES, BYTES_PER_BYTE = 256 << 20, 64
"""An honest file unpacks to a few times its size; constant arrays pack better than that."""
_LONGEST_START = 6
_CHUNK, _MOST_LINE, _MOST_DICTIONARY = 1 << 20, 1 << 20, 128 << 20
_LZ4 = b"\x04\x22\x4d\x18"
_PACKED: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(wbits=31),
    b"\x78": zlib.decompressobj,
    b"BZ": bz2.BZ2Decompressor,
    b"\x5d\x00": lambda: lzma.LZMADecompressor(memlimit=_MOST_DICTIONARY),
    b"\xfd7zXZ": lambda: lzma.LZMADecompressor(memlimit=_MOST_DICTIONARY),
}
"""How joblib knows a packed file: by how it begins."""


class UnreadableError(ValueError):
    """What loading would do cannot be settled; the message is a sentence."""


class PickleSource:
    """A file of operations for `pickletools`: its position is that in the unpacked bytes."""

    def __init__(self, file: IO[bytes], size: int, *, packed: bool) -> None:
        """Reads a file of some size; `packed` files may be compressed as joblib does it."""
        self._file, self._hash = file, hashlib.sha256()
        self._most = FREE_BYTES + BYTES_PER_BYTE * size
        self._held, self._at, self._before = b"", 0, 0
        self._given = self._raw(_LONGEST_START) if packed else b""
        self._unpack = self._unpacker()

    def tell(self) -> int:
        """The number of unpacked bytes that were read."""
        return self._before + self._at

    def read(self, count: int) -> bytes:
        """At most so many bytes, fewer only at the end; raises UnreadableError beyond the limit."""
        if count < 0 or self.tell() + count > self._most:
            raise UnreadableError(f"It needs more than {self._most >> 20:,} MB.")
        parts = []
        while count > 0 and (self._at < len(self._held) or self._fill()):
            part = self._held[self._at : self._at + count]
            self._at += len(part)
            count -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readline(self) -> bytes:
        """The bytes up to a line's end; raises UnreadableError for a line that is too long."""
        line = b""
        while (end := self._held.find(b"\n", self._at)) < 0:
            line += self._held[self._at :]
            self._at = len(self._held)
            if len(line) > _MOST_LINE or not self._fill():
                raise UnreadableError("A line of it has no end.")
        line += self._held[self._at : end + 1]
        self._at = end + 1
        return line

    def skip(self, count: int) -> None:
        """Passes over so many bytes; raises UnreadableError if there are fewer."""
        while count > 0:
            passed = len(self.read(min(count, _CHUNK)))
            if not passed:
                raise UnreadableError("It ends within an array.")
            count -= passed

    def finish(self) -> str:
        """The digest of the file as it was read; raises UnreadableError unless all of it was."""
        if self.read(1) or self._raw(1) or self._given:
            raise UnreadableError("It goes on after its end.")
        if self._unpack is not None and not self._unpack.eof:
            raise UnreadableError("It ends too early.")
        return PREFIX + self._hash.hexdigest()

    def _unpacker(self) -> Any:
        if self._given.startswith(_LZ4):
            raise UnreadableError("It is packed with lz4, which is not read here; pack it with zlib.")
        return next((make() for start, make in _PACKED.items() if self._given.startswith(start)), None)

    def _raw(self, count: int) -> bytes:
        chunk = self._file.read(count)
        self._hash.update(chunk)
        return chunk

    def _fill(self) -> bool:
        """Holds the next bytes; False at the end."""
        self._before, self._held, self._at = self.tell(), b"", 0
        if self._unpack is None:
            self._held, self._given = self._given or self._raw(_CHUNK), b""
            return bool(self._held)
        while not self._held and not self._unpack.eof:
            if not self._given and getattr(self._unpack, "needs_input", True):
                self._given = self._raw(_CHUNK)
                if not self._given:
                    raise UnreadableError("It ends too early.")
            try:
                self._held = self._unpack.decompress(self._given, _CHUNK)
            except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as problem:
                raise UnreadableError(f"It cannot be unpacked: {problem}.") from problem
            self._given = getattr(self._unpack, "unconsumed_tail", b"")
        if self._unpack.eof:
            self._given = self._unpack.unused_data
        return bool(self._held)
