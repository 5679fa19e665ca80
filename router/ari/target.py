"""Where Asterisk is and how to get in; the only place that holds the Authorization header."""

from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from router.ari.errors import AriUsage


@dataclass(frozen=True, slots=True)
class Target:
    """The URL of ARI (`http://host:port/ari`) and the header; the header stays out of repr."""

    url: URL
    authorization: str = field(repr=False)

    @classmethod
    def of(cls, url: str, user: str, password: str) -> "Target":
        """From a URL with or without the final `/ari`, as ari-py took it; raises AriUsage for any other scheme."""
        base = URL(url)
        if base.scheme not in ("http", "https") or base.user or base.password or base.query_string:
            raise AriUsage("the URL of ARI must be http(s)://host:port[/ari], without user, password or query")
        path = base.path.rstrip("/")
        return cls(base.with_path(path if path.endswith("/ari") else f"{path}/ari"), encode(user, password))

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": self.authorization}


def encode(user: str, password: str) -> str:
    """The Authorization header."""
    return aiohttp.encode_basic_auth(user, password, encoding="utf-8")
