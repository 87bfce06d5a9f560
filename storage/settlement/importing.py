"""Importing statements: recognise, read, write, and say exactly what came of it.

Nothing counts until everything has been read and found good: an import becomes visible as a whole, or not at all. With
``keep_good`` the good rows are kept and the bad ones reported all the same.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine

from knowledge.formats import decimals
from knowledge.providers import Providers
from storage.moments import restored, stored
from storage.settlement.formats import sort_by_format
from storage.settlement.formats.declaration import BadRow, Entry, Format, Intake, Scalar
from storage.settlement.ledger import ImportBusy, Ledger
from storage.settlement.opening import MEGABYTE, Part, Unopenable, digest_of, open_parts, shown_name
from storage.settlement.tables import PAYOUTS
from storage.settlement.writing import BATCH, Writer

__all__ = ["ImportReport", "Importer", "Outcome", "Progress"]

Progress = Callable[[str, int, int, int], None]
"""Told the path's name, the bytes read so far, the bytes in all, and the records so far."""
State = Literal["imported", "already", "rejected", "unreadable"]
_NAMED = ("gross", "fee", "net")
_SUMS = tuple((place, PAYOUTS.fields.index(name)) for place, name in enumerate(_NAMED, 1))
_CURRENCY = PAYOUTS.fields.index("currency")
LONGEST_NAME = 200
BUSY_STEP = 0.1


@dataclass
class ImportReport:
    """What came of one import: of all files of one format in one path."""

    path: str
    format: str | None
    state: State
    import_no: int | None = None
    started_over: bool = False
    """An earlier import of the same content had broken off."""
    rows: dict[str, int] = field(default_factory=dict)
    """Data rows read, by file."""
    records: dict[str, dict[str, int]] = field(default_factory=dict)
    """Kind of record -> how many read, and of them new, changed, same, late (a newer word is known); unmatched."""
    totals: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Currency -> payouts, and their gross, fee and net in major units."""
    batches: list[dict[str, Any]] = field(default_factory=list)
    unknown_columns: dict[str, list[str]] = field(default_factory=dict)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    as_of: datetime | None = None
    bad: list[BadRow] = field(default_factory=list)
    bad_count: int = 0

    @property
    def good(self) -> bool:
        """Whether everything in it was good, now or when it was imported before."""
        return self.state in ("imported", "already") and not self.bad_count

    @classmethod
    def unreadable(cls, name: str, reason: str) -> ImportReport:
        """Of something that is refused before anything of it is read."""
        return cls(name, None, "unreadable", bad=[BadRow(name, 0, "", reason)], bad_count=1)

    def as_data(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        data = asdict(self)
        data["as_of"] = self.as_of.isoformat() if self.as_of else None
        return data


@dataclass(frozen=True)
class Outcome:
    """What came of all paths, a report for each format in each."""

    reports: tuple[ImportReport, ...]

    @property
    def good(self) -> bool:
        """Whether everything in all of them was good."""
        return all(report.good for report in self.reports)


@dataclass(frozen=True)
class _Files:
    """All parts of one format in one path."""

    format: Format
    parts: tuple[Part, ...]
    digest: str
    twice: tuple[str, ...]


@dataclass(frozen=True)
class _Wishes:
    keep_good: bool
    again: bool
    progress: Progress | None
    as_of: int | None
    patience: float
    tentative: bool = False


class Importer:
    """Imports paths into the embedded table of one database.

    ``clock`` gives the present moment; ``currency`` and ``timezone`` stand in where a merchant has none.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        providers: Providers | None = None,
        *,
        currency: str = "CNY",
        timezone: str = "Asia/Shanghai",
        formats: Sequence[Format] | None = None,
    ) -> None:
        self.engine, self.clock, self.providers = engine, clock, providers or Providers()
        self.currency, self.timezone, self.formats = currency, timezone, formats

    def run(
        self,
        paths: Iterable[Path],
        *,
        keep_good: bool = False,
        again: bool = False,
        progress: Progress | None = None,
        as_of: datetime | None = None,
        together: bool = False,
        patience: float = 0.0,
    ) -> Outcome:
        """Import files, folders, zips or gzips, one path after the other. Raises ``ImportBusy``.

        ``again``: read it even if the very same content was imported before (after a mapping was changed, say).
        ``as_of``: when files were made that do not say so themselves; else they count as made when they are imported.
        ``together``: all paths are one delivery, whose files may refer to each other.
        ``patience``: seconds to wait for another import to end before ``ImportBusy`` is raised.
        """
        wishes = _Wishes(keep_good, again, progress, stored(as_of) if as_of else None, patience)
        given = tuple(paths)
        if together:
            return Outcome(
                tuple(self._open(", ".join(shown_name(path.name) for path in given)[:LONGEST_NAME], given, wishes))
            )
        return Outcome(tuple(report for path in given for report in self._open(shown_name(path.name), (path,), wishes)))

    def take(
        self,
        parts: Sequence[Part],
        name: str,
        form: Format,
        *,
        as_of: datetime | None = None,
        patience: float = 0.0,
        tentative: bool = False,
    ) -> Outcome:
        """Import what did not come as files and is of one format, as one delivery of that name. Raises ``ImportBusy``.

        ``tentative``: if it is refused its pieces are tried one by one; the ledger need not keep the reasons.
        """
        wishes = _Wishes(False, False, None, stored(as_of) if as_of else None, patience, tentative)
        return Outcome((self._import(name, _Files(form, *_distinct(parts)), wishes),))

    def refuse(self, part: Part, form: str, name: str, reason: str, *, patience: float = 0.0) -> None:
        """Keep in the ledger that a delivery cannot be read, and why, where nobody is there to be told.

        Raises ``ImportBusy``.
        """
        ledger = Ledger(self.engine, self.clock)
        _start(ledger, digest_of(part), form, name, patience)
        ledger.reject([reason])

    def _open(self, name: str, paths: Sequence[Path], wishes: _Wishes) -> list[ImportReport]:
        """Import one delivery: a report for each format in it."""
        try:
            return self._sort(name, [part for path in paths for part in open_parts(path)], wishes)
        except Unopenable as error:
            return [_refused(name, [BadRow(error.name, error.line, "", error.reason)])]

    def _sort(self, name: str, parts: Sequence[Part], wishes: _Wishes) -> list[ImportReport]:
        found, unknown = sort_by_format(parts, self.formats)
        batches = [_Files(form, *_distinct(mine)) for form, mine in found]
        strangers = [BadRow(part.name, 0, "", "not of a format that is known here") for part in unknown]
        if not parts:
            strangers = [BadRow(name, 0, "", "there is no file in it")]
        if strangers and (not wishes.keep_good or not found):
            return [_refused(name, strangers)]
        twice = [BadRow(each, 0, "", "two files have this name") for files in batches for each in _same_name(files)]
        if twice:
            return [_refused(name, twice)]
        reports = []
        for files in batches:
            reports.append(self._import(name, files, wishes))
        if strangers:
            reports[0].bad += strangers
            reports[0].bad_count += len(strangers)
        return reports

    def _import(self, name: str, files: _Files, wishes: _Wishes) -> ImportReport:
        ledger = Ledger(self.engine, self.clock)
        report = ImportReport(name, files.format.name, "imported")
        before = None if wishes.again else ledger.known(files.digest)
        if before is not None:
            report.state, report.import_no = "already", before
            return report
        report.started_over = _start(ledger, files.digest, files.format.name, name, wishes.patience)
        report.import_no = ledger.import_no
        try:
            return self._carry_out(ledger, report, files, wishes)
        except BaseException:
            with contextlib.suppress(Exception):  # the database may be gone; then it counts as dead in a while
                ledger.abandon()
            raise

    def _carry_out(self, ledger: Ledger, report: ImportReport, files: _Files, wishes: _Wishes) -> ImportReport:
        name = report.path
        intake = Intake(self.providers, self.currency, self.timezone, as_of=wishes.as_of)
        intake.notes += [f"{name}: the same content as another file, read once" for name in files.twice]
        tally = _Tally(name, sum(part.size for part in files.parts), wishes.progress)
        writer = Writer(self.engine, ledger, [part.name for part in files.parts], intake)
        try:
            intake.merchant, intake.advance = writer.merchant, tally.advance
            with _rarely_looking_for_circles():
                _write(files, writer, intake, tally, wishes)
        finally:
            writer.close()
        changed = _distinct(files.parts)[1] != files.digest
        if changed:
            intake.refuse(name, 0, "", "the files changed while they were read; import them again")
        _tell(report, writer, intake, tally)
        if changed or (report.bad_count and not wishes.keep_good):
            ledger.reject(None if wishes.tentative else [str(bad) for bad in intake.bad])
            report.state, report.records = "rejected", {}
            return report
        as_of = None
        if writer.counts.get("payouts", {}).get("read"):
            as_of = intake.as_of if intake.as_of is not None else ledger.started_at
        ledger.finish(writer.counts, intake.unmapped, as_of, writer.acquirers)
        report.as_of = restored(as_of)
        return report


def _write(files: _Files, writer: Writer, intake: Intake, tally: _Tally, wishes: _Wishes) -> None:
    """Read everything; after the first bad row, unless good ones are to be kept, only to report the others."""
    for entry in files.format.read(files.parts, intake):
        tally.count(entry)
        if wishes.keep_good or not intake.bad_count:
            writer.add(entry)
    if wishes.keep_good or not intake.bad_count:
        writer.finish()


@contextlib.contextmanager
def _rarely_looking_for_circles() -> Iterator[None]:
    """Let Python's collector run only when more has piled up than two batches are.

    It runs for every 700 objects else, and each batch makes tens of thousands, all of them gone with it.
    """
    before = gc.get_threshold()
    gc.set_threshold(20 * BATCH, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _distinct(parts: Sequence[Part]) -> tuple[tuple[Part, ...], str, tuple[str, ...]]:
    """The parts of different content, the digest of them all in any order, and the names of those that say it again."""
    first: dict[str, Part] = {}
    twice = []
    for part in parts:
        digest = digest_of(part)
        if digest in first:
            twice.append(part.name)
        else:
            first[digest] = part
    return tuple(first.values()), hashlib.sha256("".join(sorted(first)).encode()).hexdigest(), tuple(twice)


class _Tally:
    """What has been read so far: payouts and their sums by currency, and how far the reading is."""

    def __init__(self, name: str, size: int, progress: Progress | None) -> None:
        self.name, self.size, self.progress = name, size, progress
        self.read = self.entries = self._shown = 0
        self.sums: dict[Scalar, list[Any]] = {}

    def advance(self, count: int) -> None:
        self.read += count
        if self.progress is not None and self.read - self._shown >= MEGABYTE:
            self._shown = self.read
            self.progress(self.name, self.read, self.size, self.entries)

    def count(self, entry: Entry) -> None:
        self.entries += 1
        if entry.kind is PAYOUTS:
            values = entry.values
            currency = values[_CURRENCY]
            sums = self.sums.get(currency)
            if sums is None:
                sums = self.sums[currency] = [0, None, None, None]
            sums[0] += 1
            for place, field_no in _SUMS:
                value = values[field_no]
                if isinstance(value, int):
                    sums[place] = (sums[place] or 0) + value
        if self.progress is not None and self.entries % 1000 == 0:
            self.progress(self.name, self.read, self.size, self.entries)

    def totals(self) -> dict[str, dict[str, Any]]:
        """The sums in major units; those that the files tell of."""
        found: dict[str, dict[str, Any]] = {}
        for code, (payouts, *sums) in self.sums.items():
            if code is not None:
                unit = 10 ** decimals(str(code))
                known = {name: each / unit for name, each in zip(_NAMED, sums, strict=True) if each is not None}
                found[str(code)] = {"payouts": payouts, **known}
        return found


def _tell(report: ImportReport, writer: Writer, intake: Intake, tally: _Tally) -> None:
    """Everything that reading and writing found out, in the report."""
    report.rows, report.records = intake.rows, writer.counts
    report.totals = tally.totals()
    report.batches, report.unknown_columns = intake.batches, intake.unknown_columns
    report.unmapped, report.notes = intake.unmapped, intake.notes
    for kind, first in writer.unmatched.items():
        count = writer.counts[kind]["unmatched"]
        report.notes.append(f"{count} {kind} are not known here and were passed over, the first of them at {first}")
    report.bad, report.bad_count = intake.bad, intake.bad_count


def _refused(name: str, bad: list[BadRow]) -> ImportReport:
    return ImportReport(name, None, "unreadable", bad=bad, bad_count=len(bad))


def _same_name(files: _Files) -> list[str]:
    """Names that two files of different content have: their rows could not be told apart."""
    names = [part.name for part in files.parts]
    return sorted({name for name in names if names.count(name) > 1})


def _start(ledger: Ledger, digest: str, form: str, name: str, patience: float) -> bool:
    """Enter the import in the ledger, as soon as no other one runs, for so many seconds at most."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return ledger.start(digest, form, name)
        except ImportBusy:
            if time.monotonic() >= deadline:
                raise
            time.sleep(BUSY_STEP)
