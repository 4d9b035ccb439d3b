"""Files that the house alone can read: AES-256-GCM, chunk by chunk, so that a long one is never in memory.

A file is a header (the key's id, a salt) and chunks of CHUNK bytes, each sealed under a key of this file
alone and bound to what the file is, to its place in it, and to whether it is the last. A file that was cut
off, changed or put in another's place does not open.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from base.sealed.keys import derived, sealing_keys

CHUNK = 64 * 1024
_MAGIC, _USE = b"SSS\x01", b"files at rest"
_ID, _SALT, _NONCE, _TAG = 8, 16, 12, 16
_HEADER = len(_MAGIC) + _ID + _SALT
_SEALED = _NONCE + CHUNK + _TAG


class NotWhole(Exception):
    """A file that was changed, cut off or moved, or whose key the house has no more."""


class Sealed(io.RawIOBase):
    """The plain bytes of a sealed file, read and written anywhere up to its end; `read(n)` is short at the
    end only. What is written is a file after `finish` alone."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, about: bytes, size: int | None) -> None:
        """`size`: the plain bytes of a file that is finished; None for a new one."""
        self._file, self._cipher, self._about = file, cipher, about
        self._is_new, self._size = size is None, size or 0
        self._at, self._n, self._dirty = 0, -1, False
        self._chunk = bytearray()
        # Of what was written, as long as it was written from front to back.
        self._hash: hashlib._Hash | None = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._is_new

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Never beyond the end."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if not 0 <= base + offset <= self._size:
            raise OSError("a sealed file has no holes")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fills the buffer as far as the file goes; NotWhole where a chunk is not what was written."""
        view, done = memoryview(buffer).cast("B"), 0
        while done < len(view) and self._at < self._size:
            begin = self._go()
            some = memoryview(self._chunk)[begin : begin + len(view) - done]
            view[done : done + len(some)] = some
            done += len(some)
            self._at += len(some)
            some.release()
        return done

    def write(self, data: Any, /) -> int:
        """All of it."""
        if not self._is_new:
            raise io.UnsupportedOperation("finished")
        view, done = memoryview(data).cast("B"), 0
        if self._at != self._size:
            self._hash = None
        elif self._hash:
            self._hash.update(view)
        while done < len(view):
            begin = self._go()
            some = view[done : done + CHUNK - begin]
            self._chunk[begin : begin + len(some)] = some
            self._dirty = True
            done += len(some)
            self._at += len(some)
            self._size = max(self._size, self._at)
        return done

    def truncate(self, size: int | None = None, /) -> int:
        """The end is here, or at `size`, which is never beyond it."""
        end = self._at if size is None else size
        if not self._is_new or end > self._size:
            raise io.UnsupportedOperation("a sealed file is not made longer")
        if end < self._size:
            self._hash = None
        self._at, kept = end, self._at
        begin = self._go()
        del self._chunk[begin:]
        self._at, self._size, self._dirty = min(kept, end), end, True
        return end

    def finish(self) -> tuple[int, str]:
        """Seals the last chunk as the last: from now on it is a file. The length and the SHA-256 of its plain
        bytes, 64 hexadecimal digits."""
        self._load(_last(self._size))
        self._dirty = True
        self._store(last=True)
        self._file.truncate()
        self._is_new = False
        self.seek(0)
        whole = self._hash or hashlib.file_digest(self, "sha256")
        return self._size, whole.hexdigest()

    def verify(self) -> None:
        """NotWhole unless every chunk is what was written; reads all of them, keeps none."""
        for n in range(_last(self._size) + 1):
            self._load(n)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _go(self) -> int:
        """Loads the chunk of this position; where in it that is."""
        n, begin = divmod(self._at, CHUNK)
        self._load(n)
        return begin

    def _load(self, n: int) -> None:
        if n == self._n:
            return
        self._store(last=False)
        here = min(max(self._size - n * CHUNK, 0), CHUNK)
        self._chunk, self._n = bytearray(self._opened(n, here) if here or not self._is_new else b""), n

    def _opened(self, n: int, length: int) -> bytes:
        self._file.seek(_HEADER + n * _SEALED)
        sealed = self._file.read(_NONCE + length + _TAG)
        last = not self._is_new and n == _last(self._size)
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound(n, last))
        except (InvalidTag, ValueError):
            raise NotWhole() from None

    def _store(self, *, last: bool) -> None:
        if not self._dirty:
            return
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, bytes(self._chunk), self._bound(self._n, last))
        self._file.seek(_HEADER + self._n * _SEALED)
        self._file.write(nonce + sealed)
        self._dirty = False

    def _bound(self, n: int, last: bool) -> bytes:
        return self._about + n.to_bytes(8, "big") + bytes([last])


def create(file: BinaryIO, name: str) -> Sealed:
    """A new sealed file in an empty one that is open for both, under the house's key of today. `name`: what
    it is; it opens under no other."""
    key_id, key = sealing_keys(_USE, _ID)[0]
    header = _MAGIC + key_id + os.urandom(_SALT)
    file.write(header)
    return Sealed(file, _cipher(key, header), header + name.encode(), None)


def reopen(file: BinaryIO, name: str) -> Sealed:
    """A finished one, to be read; NotWhole when it can be told at once that it is none."""
    header = file.read(_HEADER)
    known = dict(sealing_keys(_USE, _ID))
    key = known.get(header[len(_MAGIC) : len(_MAGIC) + _ID])
    chunks, rest = divmod(file.seek(0, os.SEEK_END) - _HEADER, _SEALED)
    if len(header) < _HEADER or not header.startswith(_MAGIC) or key is None:
        raise NotWhole()
    tail = rest - _NONCE - _TAG if rest else 0
    if tail < 0 or (
        tail == 0 and bool(rest) == bool(chunks)
    ):  # only a file of nothing ends with a chunk of nothing
        raise NotWhole()
    return Sealed(file, _cipher(key, header), header + name.encode(), chunks * CHUNK + tail)


def _last(size: int) -> int:
    """The number of the last chunk; a file of nothing has one."""
    return max(size - 1, 0) // CHUNK


def _cipher(key: bytes, header: bytes) -> AESGCM:
    return AESGCM(derived(key, header[-_SALT:], b"one file", 32))
