"""Addresses in mapping files."""

from __future__ import annotations

from urllib.parse import urlsplit

from knowledge.fields import Fields
from storage.settlement.mapped.files import MappingFile

__all__ = ["address"]


def address(file: MappingFile, fields: Fields, name: str) -> str:
    """An https address; http only to this machine: whatever goes with it could be read on the way."""
    text = file.secret_text(fields, name).rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    if not host or parts.scheme not in ("https", "http") or parts.query or parts.fragment or parts.username:
        fields.fault((name,), f"{name} is no address", "Write it like https://api.example/v2, without ? or #.")
    elif parts.scheme == "http" and host not in ("127.0.0.1", "localhost", "::1"):
        fields.fault((name,), f"{name} is not encrypted", "Write https://; http:// only reaches this machine.")
    return text
