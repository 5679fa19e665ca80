"""Style sheets, scripts and pictures, under addresses that change with their content, so that browsers may keep them.

What is written by hand lies in `assets/`, what is bundled from TypeScript in `static/`; of two files with one name the
bundled one counts. An address is asked for with `asset_url`, in templates as `asset("base.css")`.
"""

import hashlib
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from aiohttp import web

PLACES = (Path(__file__).parent / "static", Path(__file__).parent / "assets")
A_YEAR_S = 31_536_000
VERSION_LENGTH = 16  # hexadecimal digits


def asset_url(name: str) -> str:
    """The address of one file's present content. Raises `FileNotFoundError` for one that was not built."""
    return f"/static/{_version(name)}/{name}"


async def show(request: web.Request) -> web.StreamResponse:
    """One file; of an older release's address the present content, which no browser shall keep."""
    name = request.match_info["name"]
    try:
        file, version = _file(name), _version(name)
    except FileNotFoundError:
        raise web.HTTPNotFound from None
    kept = request.match_info["version"] == version
    caching = f"public, max-age={A_YEAR_S}, immutable" if kept else "no-store"
    kind = guess_type(name)[0] or "application/octet-stream"
    return web.FileResponse(file, headers={"Cache-Control": caching, "Content-Type": kind})


@cache
def _version(name: str) -> str:
    return hashlib.sha256(_file(name).read_bytes()).hexdigest()[:VERSION_LENGTH]


def _file(name: str) -> Path:
    for place in PLACES:
        if (place / name).is_file() and "/" not in name and not name.startswith("."):
            return place / name
    raise FileNotFoundError(f"{name} is neither in assets/ nor in static/: run `make setup`")
