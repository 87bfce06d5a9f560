"""How single cells are read: from the text of a file to the raw value that is stored, or ``Unreadable`` and why.

Nothing is guessed: a number that a spreadsheet has mangled, a sum with thousands separators, a time without its offset
and a tail that might be a whole card number are refused, since each would be a wrong fact told to a merchant later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from storage.moments import stored
from storage.settlement.formats.declaration import Unreadable

__all__ = [
    "account_tail", "amount", "code", "count", "currency", "day", "day_as", "epoch", "flag", "identifier", "minor",
    "moment", "moment_as", "one_of", "phone", "remembering", "signed_amount", "signed_minor", "tail", "terminal",
    "text", "zone",
]  # fmt: skip

_Value = TypeVar("_Value")
REMEMBERED = 5_000
LONGEST_TEXT = 500
LONGEST_ID = 64
LARGEST_DIGITS = 15
_MANGLED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_GROUPED = re.compile(r"-?[0-9]{1,3}([, '\u00a0][0-9]{3})+([.,][0-9]+)?")
_DIGITS = re.compile(r"[0-9]+")
_FORMULA = re.compile(r"=|[+\-@][^0-9]*[(|!]|[\t\r]")
_IDENTIFIER = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff]+")
_PLAIN_IDENTIFIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_:-]{0,63}")
_FRACTION = re.compile(r"([0-9]{2}:[0-9]{2}:[0-9]{2})\.[0-9]{1,9}")
_LAST_DIGITS = re.compile(r"[0-9]{2,}$")
_TERMINAL = re.compile(r"[0-9A-Z]{8}")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CARDLIKE = re.compile(r"(?<![0-9])(?:[0-9][ \-.·_]?){12,18}[0-9](?![0-9])")
_CURRENCIES = frozenset(
    """
    CUR REN CIE AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD
    OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
    SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF
    YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - 150 quoted items would be a page
)
"""ISO 4217, list one, without funds and metals."""


class _Remembered(dict[str, _Value]):
    """What a reader made of each cell; of a new one it is asked. Looking one up calls no function of Python's."""

    def __init__(self, read: Callable[[str], _Value]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: str) -> _Value:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[cell] = self.read(cell)
        return value


def remembering(read: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """The same reader, remembering what it read: days, tails and states repeat down a file. Memory stays bounded."""
    return _Remembered(read).__getitem__


def identifier(cell: str) -> str:
    """A number or name that identifies: no space or control character, not turned into 4.02E+07 by a spreadsheet."""
    if _PLAIN_IDENTIFIER.fullmatch(cell):  # most are like this, and there are many
        return cell
    value = cell if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()
    if _MANGLED.fullmatch(value):
        raise Unreadable("a spreadsheet has turned this number into powers of ten; export the column as text")
    if len(value) > LONGEST_ID:
        raise Unreadable(f"longer than {LONGEST_ID} characters")
    if not _IDENTIFIER.fullmatch(value):
        raise Unreadable("an identifier has no spaces and no control characters")
    if value[0] in "=@+":
        raise Unreadable("this is a spreadsheet formula, not an identifier")
    return value


def terminal(cell: str) -> str:
    """A terminal ID: 8 letters or digits, upper-case (ISO 8583 field 41)."""
    value = identifier(cell).upper()
    if not _TERMINAL.fullmatch(value):
        hint = "; leading zeros are missing" if _DIGITS.fullmatch(value) and len(value) < 8 else ""
        raise Unreadable(f"a terminal ID has exactly 8 letters or digits{hint}")
    return value


def tail(cell: str) -> str:
    """The last 2 to 4 digits of a card. More is refused: it might be a card number, which must never be stored."""
    if cell.isascii() and cell.isdigit() and 2 <= len(cell) <= 4:
        return cell
    value = unicodedata.normalize("NFKC", cell).strip()
    if len(value) > 4:
        raise Unreadable("longer than 4 digits; a card number must not be stored, give the last 2 to 4 digits only")
    raise Unreadable("a card tail has 2 to 4 digits; a tail that began with zeros may have lost them")


def text(cell: str) -> str:
    """Words for people. Formulas and control characters are refused; digits like a card's are struck out."""
    cell = cell.strip()
    if not cell:
        raise Unreadable("nothing but space")
    if len(cell) > LONGEST_TEXT:
        raise Unreadable(f"longer than {LONGEST_TEXT} characters")
    if _FORMULA.match(cell):
        raise Unreadable("this looks like a spreadsheet formula")
    if not cell.isprintable():
        raise Unreadable("there is a control character in this text")
    if len(cell) > 12:
        plain = unicodedata.normalize("NFKC", cell)
        if _CARDLIKE.search(plain):
            return _CARDLIKE.sub(lambda digits: "*" * 8 + re.sub(r"[^0-9]", "", digits[0])[-4:], plain)
    return cell


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of the words of the contract, exactly."""

    def reads(cell: str) -> str:
        if cell in allowed:
            return cell
        raise Unreadable(f"not one of {', '.join(allowed)}")

    return remembering(reads)


def flag(cell: str) -> int:
    """0 or 1."""
    if cell in ("0", "1"):
        return int(cell)
    raise Unreadable("not 0 or 1")


def count(cell: str) -> int:
    """A whole number that is not negative."""
    if cell.isascii() and cell.isdigit() and len(cell) <= 9:
        return int(cell)
    raise Unreadable("not a whole number")


def day(cell: str) -> str:
    """A date YYYY-MM-DD between 2000 and 2099."""
    try:
        value = date.fromisoformat(cell) if len(cell) == 10 else None
    except ValueError:
        value = None
    if value is None or not cell[:4].isdigit():
        raise Unreadable("not a date YYYY-MM-DD")
    if not 2000 <= value.year < 2100:
        raise Unreadable("the year is not between 2000 and 2099")
    return value.isoformat()


def moment(cell: str) -> int:
    """A time in ISO 8601 with its offset, between 2000 and 2099; microseconds since 1970 UTC."""
    try:
        value = datetime.fromisoformat(cell)
        if 2000 <= value.year < 2100 and len(cell) >= 16:
            return stored(value)
    except ValueError:
        value = None
    except TypeError:
        raise Unreadable("the time has no offset; write 2026-11-20T23:05:00+08:00 or end with Z") from None
    if value is None or len(cell) < 16:
        raise Unreadable("not a time like 2026-11-20T23:05:00+08:00")
    raise Unreadable("the year is not between 2000 and 2099")


def moment_as(zone_name: str, *patterns: str) -> Callable[[str], int]:
    """A reader of local times written in one of these ``strptime`` patterns; fractions of a second may follow."""
    zone_of = ZoneInfo(zone_name)

    def reads(cell: str) -> int:
        bare = _FRACTION.sub(r"\1", cell.strip())
        for pattern in patterns:
            try:
                value = datetime.strptime(bare, pattern).replace(tzinfo=zone_of)
            except ValueError:
                continue
            if 2000 <= value.year < 2100:
                return stored(value)
            raise Unreadable("the year is not between 2000 and 2099")
        raise Unreadable(f"not a time written as {' or '.join(patterns)}")

    return remembering(reads)


def epoch(cell: str) -> int:
    """Seconds since 1970 UTC."""
    if cell.isascii() and cell.isdigit() and 946_684_800 <= int(cell[:12]) < 4_102_444_800 and len(cell) <= 10:
        return int(cell) * 1_000_000
    raise Unreadable("not seconds since 1970, of the years 2000 to 2099")


def day_as(*patterns: str) -> Callable[[str], str]:
    """A reader of days written in one of these ``strptime`` patterns, such as ``%Y%m%d``."""

    def reads(cell: str) -> str:
        for pattern in patterns:
            try:
                value = datetime.strptime(cell.strip(), pattern)  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            return day(value.date().isoformat())
        raise Unreadable(f"not a day written as {' or '.join(patterns)}")

    return remembering(reads)


def account_tail(cell: str) -> str:
    """The last 4 digits of an account or card number, masked or not; fewer where the mask leaves fewer, at least 2.

    The rest of the number is not kept. Source: masks of WeChat (2 and 4 digits) and Leshua (4 digits).
    """
    found = _LAST_DIGITS.search(unicodedata.normalize("NFKC", cell).replace(" ", "").replace("-", ""))
    if found is None:
        raise Unreadable("no account number: it ends in fewer than 2 digits")
    return found[0][-4:]


def signed_minor(cell: str, _places: int = 2) -> int:
    """A sum in minor units, a whole number; below nothing too."""
    bare = cell.removeprefix("-")
    if bare.isascii() and bare.isdigit() and len(bare) <= LARGEST_DIGITS:
        return int(cell)
    raise Unreadable("not a whole number of minor units")


def minor(cell: str, _places: int = 2) -> int:
    """A sum in minor units that is not negative."""
    value = signed_minor(cell)
    if value < 0:
        raise Unreadable("the sum is negative")
    return value


def currency(cell: str) -> str:
    """An ISO 4217 code."""
    if cell in _CURRENCIES:
        return cell
    raise Unreadable("not a currency code of ISO 4217 such as CNY")


def code(cell: str) -> str:
    """A language tag such as zh or zh-Hant."""
    if _LOCALE.fullmatch(cell):
        return cell
    raise Unreadable("not a language tag such as zh")


def amount(cell: str, places: int) -> int:
    """A sum that is not negative, in major units with at most ``places`` decimals; minor units."""
    if places == 2 and cell[-3:-2] == ".":  # most are like this, and there are many
        digits = cell[:-3] + cell[-2:]
        if digits.isdigit() and digits.isascii() and 2 < len(digits) <= LARGEST_DIGITS:
            return int(digits)
    value = signed_amount(cell, places)
    if value < 0:
        raise Unreadable("the sum is negative")
    return value


def signed_amount(cell: str, places: int) -> int:
    """A sum in major units with at most ``places`` decimals; minor units."""
    whole, dot, rest = cell.partition(".")
    digits = whole.removeprefix("-")
    given = len(rest)
    well_formed = digits.isascii() and digits.isdigit() and len(digits) <= LARGEST_DIGITS
    if well_formed and given <= places and (rest or not dot):
        if not rest:
            return int(whole + "0" * places)
        if rest.isascii() and rest.isdigit():
            return int(whole + rest + "0" * (places - given))
    raise Unreadable(_why_no_amount(cell, places))


def _why_no_amount(cell: str, places: int) -> str:
    if _MANGLED.fullmatch(cell):
        return "a spreadsheet has turned this sum into powers of ten"
    if _GROUPED.fullmatch(cell) and not re.fullmatch(r"-?[0-9]+[.,][0-9]+", cell):
        return "thousands separators; write 1234.50"
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", cell):
        return f"more than {places} decimals for this currency"
    if re.fullmatch(r"-?[0-9]+,[0-9]+", cell):
        return "a comma; write 1234.50, without thousands separators"
    return "not a sum like 1234.50"


def zone(cell: str) -> str:
    """An IANA time zone such as Asia/Shanghai."""
    try:
        ZoneInfo(cell)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable("not a time zone such as Asia/Shanghai") from None
    return cell


@lru_cache(1)
def _regions() -> dict[str, str]:
    """Time zone -> region, from the time zone database's own table (tzdata, zone.tab)."""
    lines = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def phone(cell: str, timezone: str) -> str:
    """A telephone number in E.164. Without a country code it is of the region of ``timezone``."""
    try:
        number = phonenumbers.parse(cell, _regions().get(timezone))
    except phonenumbers.NumberParseException:
        raise Unreadable("not a telephone number; write it with its country code, such as +86 138 0013 8000") from None
    if _MANGLED.fullmatch(cell) or not phonenumbers.is_possible_number(number):
        raise Unreadable("no telephone number of that country has this many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
