"""What ``auth:`` of a mapping file says, before there is anything to ask with."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.fields import Fields
from storage.settlement.http.addresses import address
from storage.settlement.http.auth import SIGNED, Signature, TokenRequest
from storage.settlement.http.templates import checked, names_in
from storage.settlement.mapped.files import MappingFile, plain

__all__ = ["AuthMapping", "read_auth"]

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True)
class AuthMapping:
    """Fixed headers, and a token request or a signature where there is one."""

    headers: Mapping[str, str] = field(default_factory=dict)
    token: TokenRequest | None = None
    signature: Signature | None = None


def read_auth(file: MappingFile) -> AuthMapping:
    """Read ``auth:``; without it requests show no key."""
    top = file.top
    if plain(top, "auth") is None:
        top.text("auth", required=False)
        return AuthMapping()
    fields = top.inner("auth")
    kind = fields.choice("kind", ("header", "oauth2", "hmac", "none"))
    made = AuthMapping()
    if kind == "header":
        made = AuthMapping(headers=_headers(file, fields, frozenset()))
    elif kind == "oauth2":
        made = AuthMapping(token=_token(file, fields))
    elif kind == "hmac":
        made = AuthMapping(signature=_signature(file, fields))
    fields.done()
    return made


def _headers(file: MappingFile, fields: Fields, names: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    inner = fields.inner("headers")
    for name in inner.names():
        text = file.secret_text(inner, name)
        if not _HEADER.fullmatch(str(name)):
            inner.fault((name,), "This is no name of a header", "Write it like Authorization.", key=True)
        if not text.isascii() or not text.isprintable():
            inner.fault((name,), "A header has plain ASCII only", "Check the secret for line ends and other letters.")
        if names and names_in(_without_secrets(plain(inner, name))):
            checked(inner, name, _without_secrets(plain(inner, name)), names)
        found[str(name)] = text
    return found


def _without_secrets(text: object) -> str:
    return re.sub(r"\$\{[^}]*\}", "", str(text))


def _token(file: MappingFile, fields: Fields) -> TokenRequest:
    return TokenRequest(
        address(file, fields, "token_url"),
        file.secret_text(fields, "client_id"),
        file.secret_text(fields, "client_secret"),
        fields.text("scope", required=False),
        fields.text("audience", required=False),
        fields.choice("send", ("header", "body"), default="header") == "body",
    )


def _signature(file: MappingFile, fields: Fields) -> Signature:
    text = fields.words("string")
    checked(fields, "string", text, SIGNED - {"signature"})
    headers = _headers(file, fields, SIGNED)
    if not any("signature" in names_in(value) for value in headers.values()):
        fields.fault(("headers",), "No header carries the signature", 'Add one like `X-Signature: "{signature}"`.')
    return Signature(
        _key(file, fields),
        text,
        headers,
        fields.choice("algorithm", ("sha256", "sha1", "md5", "sha512"), default="sha256"),  # type: ignore[arg-type]
        fields.choice("encoding", ("hex", "HEX", "base64"), default="hex"),  # type: ignore[arg-type]
        fields.choice("timestamp", ("s", "ms", "iso"), default="s"),  # type: ignore[arg-type]
    )


def _key(file: MappingFile, fields: Fields) -> bytes:
    text = file.secret_text(fields, "secret")
    form = fields.choice("secret_is", ("text", "hex", "base64"), default="text")
    try:
        if form == "hex":
            return bytes.fromhex(text)
        if form == "base64":
            return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        fields.fault(("secret",), f"The secret is not {form}", "Check it, or leave `secret_is:` out.")
    return text.encode()
