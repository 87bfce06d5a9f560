"""The program's settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

TELEGRAM = "https://api.telegram.org"
BASE = Path(__file__).resolve().parent.parent / "knowledge" / "base"


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what it should be."""


Secrets = Annotated[tuple[SecretStr, ...], NoDecode]
"""Several at a time, so that one can be replaced while the other still counts."""


class Settings(BaseSettings):
    """Every setting by its environment name; empty values count as not set."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    bot_token: SecretStr | None = Field(None, description="The bot's token from @BotFather, like 123456:TEST.")
    bot_api_url: str = Field(TELEGRAM, description="Another Bot API server, such as the sandbox.")
    support_chat_id: int | None = Field(None, description="The forum supergroup of the support staff (-100…).")
    spare_chat_id: int | None = Field(None, description="A second such group, for when the first takes no more topics.")
    admin_ids: Annotated[tuple[int, ...], NoDecode] = Field((), description="Telegram user ids of knowledge admins.")
    supervisor_ids: Annotated[tuple[int, ...], NoDecode] = Field((), description="Telegram user ids of supervisors.")
    database_url: str = Field(
        "sqlite:///var/settledesk.db", description="sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE."
    )
    knowledge_dir: Path = Field(BASE, description="Folder of the knowledge base.")
    settlement_source: str = Field(
        "table", description="Where settlement records are looked up, in this order: table, paths of mapping files."
    )
    webhook_url: str | None = Field(None, description="Public https address; set, it replaces long polling.")
    webhook_secret: SecretStr | None = Field(None, description="Secret that Telegram repeats (1-256 of A-Za-z0-9_-).")
    listen: str = Field("127.0.0.1:8080", description="HOST:PORT for the webhooks.")
    adyen_hmac_keys: Secrets = Field((), description="HMAC keys (hex) of Adyen's transfer webhooks, comma-separated.")
    stripe_webhook_secrets: Secrets = Field((), description="Signing secrets (whsec_…) of Stripe, comma-separated.")
    square_webhook_keys: Secrets = Field((), description="Signature keys of Square's webhooks, comma-separated.")
    square_webhook_url: str | None = Field(None, description="The notification URL as it stands in Square's dashboard.")
    timezone: str = Field("Asia/Shanghai", description="Zone of the desk, for days and working hours.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")
    settledesk_now: datetime | None = Field(
        None, description="ISO time with offset: the clock starts there and runs on; for demos and tests."
    )

    @field_validator("admin_ids", "supervisor_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("adyen_hmac_keys", "stripe_webhook_secrets", "square_webhook_keys", mode="before")
    @classmethod
    def _secrets(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("adyen_hmac_keys")
    @classmethod
    def _hex(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(re.fullmatch("([0-9A-Fa-f]{2}){16,}", each.get_secret_value()) for each in value):
            raise ValueError("is no list of HMAC keys, each is 64 of 0-9 A-F, separated by commas")
        return value

    @field_validator("stripe_webhook_secrets")
    @classmethod
    def _whsec(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(each.get_secret_value().startswith("whsec_") for each in value):
            raise ValueError("is no list of signing secrets, each begins with whsec_, separated by commas")
        return value

    @field_validator("square_webhook_url")
    @classmethod
    def _as_it_is(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("https://"):  # and no letter of it may be changed
            raise ValueError("is not the notification URL of Square's dashboard, which begins with https://")
        return value

    @model_validator(mode="after")
    def _square_is_whole(self) -> Settings:
        if self.square_webhook_keys and self.square_webhook_url is None:
            raise ValueError("SQUARE_WEBHOOK_URL is needed with SQUARE_WEBHOOK_KEYS: it is part of the signature")
        return self

    @field_validator("settledesk_now")
    @classmethod
    def _has_offset(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError("needs an offset, like 2026-11-20T15:00:00+08:00")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is no time zone, write one like Asia/Shanghai") from error
        return value

    @field_validator("bot_api_url", "webhook_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("is no address, write one that begins with https://")
        return value.rstrip("/") if value else value

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise ValueError("needs HOST:PORT, like 127.0.0.1:8080")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("needs sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE")
        return value

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers whose settlement events are taken: those with a secret."""
        given = {
            "adyen": self.adyen_hmac_keys,
            "stripe": self.stripe_webhook_secrets,
            "square": self.square_webhook_keys,
        }
        return tuple(name for name, keys in given.items() if keys)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never stand in a log."""
        single = tuple(each for each in (self.bot_token, self.webhook_secret) if each is not None)
        several = (*self.adyen_hmac_keys, *self.stripe_webhook_secrets, *self.square_webhook_keys)
        return tuple(each.get_secret_value() for each in (*single, *several))

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.timezone)


def secret(name: str) -> str | None:
    """A secret that a mapping file of a settlement source names, from the environment, else from ``.env``."""
    from dotenv import dotenv_values  # noqa: PLC0415 - only mapping files name secrets

    return os.environ.get(name) or dotenv_values(".env").get(name) or None


def read_settings(**changes: object) -> Settings:
    """Read the environment and ``.env``; raises ``SettingsError`` naming every wrong setting, never a secret."""
    try:
        return Settings(**changes)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = []
        for problem in error.errors(include_input=False, include_url=False):
            name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
            wrong.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
        raise SettingsError("\n".join(wrong)) from None
