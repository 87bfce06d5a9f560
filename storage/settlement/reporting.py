"""An import's report in plain lines, for a terminal and for the text that lies beside a file."""

from __future__ import annotations

from collections.abc import Iterator

from storage.settlement.formats.declaration import BAD_ROWS_KEPT
from storage.settlement.importing import ImportReport

__all__ = ["SHOWN", "lines_of", "summary_of"]

SHOWN = 50
"""Bad rows and batches in the lines; the report as JSON has all that were kept."""


def lines_of(report: ImportReport, elsewhere: str = "--json") -> Iterator[str]:
    """What came of one import, indented below its first line. ``elsewhere``: what has the rest of a long list."""
    over = ", started over after an interruption" if report.started_over else ""
    yield f"{report.path}: {report.format or 'unknown format'}: {report.state}{over}"
    for name, rows in report.rows.items():
        yield f"  {name}: {rows} rows"
    for kind, count in report.records.items():
        late = f", {count['late']} late (a newer word is known)" if count.get("late") else ""
        yield f"  {kind}: {count['new']} new, {count['changed']} changed, {count['same']} as before{late}"
    for currency, sums in report.totals.items():
        figures = "".join(f", {name} {sums[name]:,.2f}" for name in ("gross", "fee", "net") if name in sums)
        yield f"  {currency}: {sums['payouts']} payouts{figures}"
    for batch in report.batches[:SHOWN]:
        yield "  " + ", ".join(f"{name} {value}" for name, value in batch.items() if value not in (None, 0, 0.0))
    if len(report.batches) > SHOWN:
        yield f"  … and {len(report.batches) - SHOWN} more batches; {elsewhere} has them all"
    for name, columns in report.unknown_columns.items():
        yield f"  {name}: columns not known here: {', '.join(columns)}"
    for what, values in report.unmapped.items():
        yield f"  not mapped: {what}: {', '.join(f'{raw} ({times})' for raw, times in values.items())}"
    for note in report.notes:
        yield f"  {note}"
    yield from _bad_lines(report, elsewhere)


def _bad_lines(report: ImportReport, elsewhere: str) -> Iterator[str]:
    for bad in report.bad[:SHOWN]:
        yield f"  {bad}"
    more = report.bad_count - min(SHOWN, len(report.bad))
    if more:
        whole = report.bad_count <= len(report.bad)
        yield f"  … and {more} more; {elsewhere} has {'them all' if whole else f'the first {BAD_ROWS_KEPT}'}"
    if report.bad_count:
        kept = "good rows were kept" if report.state in ("imported", "already") else "nothing was imported"
        yield f"  {report.bad_count} bad; {kept}"


def summary_of(report: ImportReport) -> str:
    """The same in a few words: the format, what became of it, and how many records of each kind were new or changed."""
    if report.state in ("rejected", "unreadable"):
        return f"{report.format or 'unknown format'}, {report.bad_count} bad"
    counts = [
        f"{kind.replace('_', ' ')} {count['new']} new, {count['changed']} changed"
        for kind, count in report.records.items()
    ]
    bad = [f"{report.bad_count} bad rows passed over"] if report.bad_count else []
    told = "; ".join([*counts, *bad]) or ("imported before" if report.state == "already" else "nothing in it")
    return f"{report.format}, {told}"
