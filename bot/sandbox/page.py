"""The chat page's files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

_KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".woff2": "font/woff2",
}
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def page_response(folder: Path, path: str) -> web.Response:
    """A file of the page, 404 for anything else; never a file outside of the folder."""
    name = path.lstrip("/") or "index.html"
    file = (folder / name).resolve()
    kind = _KINDS.get(file.suffix)
    if kind is None or not file.is_relative_to(folder.resolve()) or not file.is_file():
        return web.Response(status=404, text="404: Not Found")
    headers = {
        "Content-Type": kind,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": _POLICY,
    }
    return web.Response(body=file.read_bytes(), headers=headers)
