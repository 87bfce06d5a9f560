"""A request's parameters, whichever way they came: query, JSON, urlencoded or multipart."""

from __future__ import annotations

import json
import re
from binascii import a2b_qp
from collections.abc import Mapping
from typing import Any

from bot.sandbox.refusals import bad
from bot.sandbox.table import Method, Upload

_ESCAPED = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_PLAIN = re.compile(rb"(?:[^%=\r\n]|%[0-9A-Fa-f]{2})*")
"""Escaped as a library escapes: then quoted-printable, which is decoded in C, differs only in its sign."""
_DISPOSITION = re.compile(r';\s*(name|filename|filename\*)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.IGNORECASE)


def _bytes(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match.group().replace(b"%", b"").decode("ascii"))


def _unquoted(part: bytes) -> str:
    if b"+" in part:
        part = part.replace(b"+", b" ")
    if b"%" in part:
        part = a2b_qp(part.replace(b"%", b"=")) if _PLAIN.fullmatch(part) else _ESCAPED.sub(_bytes, part)
    return part.decode("utf-8", "replace")


def urlencoded(body: bytes) -> dict[str, Any]:
    """name=value&name=value"""
    values: dict[str, Any] = {}
    if body:
        for pair in body.split(b"&"):
            name, _, value = pair.partition(b"=")
            if name:
                values[_unquoted(name)] = _unquoted(value)
    return values


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        values = json.loads(body)
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad("JSON object expected")
    return values


def _headers(block: bytes) -> dict[str, str]:
    lines = block.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _multipart(body: bytes, content_type: str) -> dict[str, Any]:
    match = re.search(r'boundary="?([^";,]+)"?', content_type, re.IGNORECASE)
    if match is None:
        raise bad("boundary not found")
    mark = b"--" + match.group(1).strip().encode()
    values: dict[str, Any] = {}
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:]:
        if part.startswith(b"--"):
            break
        block, _, data = part.partition(b"\r\n\r\n")
        headers = _headers(block.strip())
        names = {name.lower(): quoted or bare for name, quoted, bare in _DISPOSITION.findall(
            headers.get("content-disposition", ""))}  # fmt: skip
        name = names.get("name")
        if not name:
            continue
        if "filename" in names or "filename*" in names:
            mime = headers.get("content-type", "application/octet-stream")
            values[name] = Upload(names.get("filename") or name, mime, data)
        else:
            values[name] = data.decode("utf-8", "replace")
    return values


def given(query: bytes, body: bytes, content_type: str) -> dict[str, Any]:
    """All parameters of a request; Refused (400) when the body cannot be read."""
    values = urlencoded(query) if query else {}
    if body:
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/json":
            values.update(_json(body))
        elif kind == "multipart/form-data":
            values.update(_multipart(body, content_type))
        else:
            values.update(urlencoded(body))
    return values


def split_uploads(method: Method, values: dict[str, Any]) -> dict[str, Upload]:
    """Take out the files that other parameters call ``attach://name``; Refused when nobody calls them."""
    attached: dict[str, Upload] = {}
    for name in [name for name, value in values.items() if isinstance(value, Upload) and name not in method.files]:
        upload = values.pop(name)
        if not any(f"attach://{name}" in value for value in _texts(values)):
            raise bad(f"parameter {name} is unknown to {method.name}")
        attached[name] = upload
    return attached


def _texts(values: Mapping[str, Any]) -> list[str]:
    return [value if isinstance(value, str) else json.dumps(value) for value in values.values()
            if not isinstance(value, Upload)]  # fmt: skip
