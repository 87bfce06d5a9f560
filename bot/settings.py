"""The program's settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

TELEGRAM = "https://api.telegram.org"
BASE = Path(__file__).resolve().parent.parent / "knowledge" / "base"


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what it should be."""


class Settings(BaseSettings):
    """Every setting by its environment name; empty values count as not set."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    bot_token: SecretStr | None = Field(None, description="The bot's token from @BotFather, like 123456:TEST.")
    bot_api_url: str = Field(TELEGRAM, description="Another Bot API server, such as the sandbox.")
    support_chat_id: int | None = Field(None, description="The forum supergroup of the support staff (-100…).")
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
    listen: str = Field("127.0.0.1:8080", description="HOST:PORT for the webhook.")
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
