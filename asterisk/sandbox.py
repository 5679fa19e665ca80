"""The commands that run something as the user `asterisk` inside the root, dying with the process that started them.

Each prefix only ever execs, never forks: the started process is Asterisk itself, and its pid is Asterisk's.
"""

import os
from pathlib import Path

INNER_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}

_CONFINED = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--pdeathsig=KILL"]
# $0 is the root, $1 and $2 the user and group that the caller becomes in it. Devices cannot be made without real root.
_BIND_AND_ENTER = """
root=$0; user=$1; group=$2; shift 2
mount --rbind /dev "$root/dev" &&
exec unshare --user --map-user="$user" --map-group="$group" --root="$root" --wd=/ -- \\
    setpriv --no-new-privs --pdeathsig=KILL "$@"
"""


def inside(root: Path, *command: str) -> list[str]:
    """The whole command line that runs `command` in the root."""
    if os.geteuid() == 0:
        drop = ["setpriv", "--reuid=asterisk", "--regid=asterisk", "--clear-groups", *_CONFINED]
        return ["/usr/sbin/chroot", str(root), *drop, *command]
    user, group = asterisk_ids(root)
    enter = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _BIND_AND_ENTER]
    return [*enter, str(root), str(user), str(group), *command]


def asterisk_ids(root: Path) -> tuple[int, int]:
    """The user and group id of `asterisk` in the root's own passwd file."""
    for line in (root / "etc/passwd").read_text().splitlines():
        name, _, user, group, *_ = line.split(":")
        if name == "asterisk":
            return int(user), int(group)
    raise LookupError(f"{root}/etc/passwd has no user asterisk: delete this directory, so that it is made again.")
