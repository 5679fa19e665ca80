"""Room on the disk that belongs to one file before it is written: what is left when the disk is full.

It lies behind the file's end, so that readers do not see it, and nobody else can take it. Source: fallocate(2),
`FALLOC_FL_KEEP_SIZE`, which Python's own `os.posix_fallocate` cannot do.
"""

import ctypes
import errno
import os

KEEP_SIZE = 1
UNSUPPORTED = {errno.EOPNOTSUPP, errno.ENOSYS}  # NFS 3, for one

_libc = ctypes.CDLL(None, use_errno=True)


def take_room(file: int, start: int, length: int) -> bool:
    """Have so many bytes from `start` on belong to an open file, whose size stays; False where file systems cannot.

    Raises `OSError` when there is no room.
    """
    while _libc.fallocate(file, KEEP_SIZE, ctypes.c_int64(start), ctypes.c_int64(length)):
        number = ctypes.get_errno()
        if number in UNSUPPORTED:
            return False
        if number != errno.EINTR:
            raise OSError(number, os.strerror(number))
    return True
