"""Sums that are parts of another one: the parts are what was taken; where it cannot be told, both readings stand."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.patterns import compiled

Sums = tuple[int, ...]
"""Minor units, in the order said."""

_FEWEST = 2
"""Parts of a total."""
_TIMES = range(2, 6)
"""So often one sum may be in a total."""
_MADE_UP_OF = compiled(
    r"\([¥$£€]?[\d.,]+\s?\+|其中|=|明细(?=\s?(?:[:,]|如下|是|为))|分别|分[两二三四2-4][次天笔]|拆成|包括|包含|分成"
    r"|一[笔单].{0,12}一[笔单]"
    r"|(?<![a-z])(?:of which|compris\w+|consist\w+|includ\w+|made up|namely|being|split)(?![a-z])"
)


def add_up(
    said: Sequence[int],
    *,
    totals: Sequence[int],
    came: Sequence[int],
    is_traded: bool,
    words: str,
    counted: int | None,
    trades: int,
    ends_in_total: bool,
) -> tuple[Sums, ...]:
    """The sums meant: one reading, or several of which the likelier comes first.

    ``totals``: called so. ``came``: received of what was ``said``. ``counted``: so many sums there are.
    ``trades``: on so many days they were taken.
    ``ends_in_total``: words before the last one add up.
    """
    values = _without_difference(tuple(said), came) if came else tuple(said)
    if len(totals) > 1 and not values:
        values, totals = _parts_of_last(totals), ()
    if len(values) == counted or (totals and sum(values) == totals[-1] and len(values) >= _FEWEST):
        return (values,)
    if len(values) > _FEWEST and sum(values) == 2 * values[-1]:
        if not ends_in_total and counted != len(values) - 1:
            return values[:-1], values
        values = values[:-1]
    if len(values) > _FEWEST and sum(values) == 2 * values[0]:
        if _MADE_UP_OF.search(words) is None and counted != len(values) - 1:
            return values[1:], values
        values = values[1:]
    if not totals or (came and values and sum(values) + sum(came) == totals[-1]):
        return (values,)  # "4000, of which 3200 came, 800 did not"
    if len(values) >= _FEWEST:
        return values, (totals[-1],)
    if len(values) == 1 and totals[-1] in (times * values[0] for times in _TIMES):
        several = values * (totals[-1] // values[0])  # "两笔120共240"
        return (several,) if len(several) in {counted, trades} else (several, (totals[-1],))
    if len(values) == 1 and totals[-1] > values[0] and totals[-1] % values[0] == 0:
        return (totals[-1],), (*values, totals[-1])  # "25张100的 一共2500": a price
    return ((*values, totals[-1]) if is_traded and values != (totals[-1],) else (totals[-1],),)


def _without_difference(values: Sums, came: Sequence[int]) -> Sums:
    """ "1900: got 1200, still missing 700": what is left of a sum is no further one."""
    left = {value - part for value in values for part in came}
    kept = tuple(value for value in values if value not in left)
    return kept or values


def _parts_of_last(totals: Sequence[int]) -> Sums:
    """ "15号共460，16号共900": each day's; where the last is all of them together, the others."""
    parts = totals[:-1] if sum(totals[:-1]) == totals[-1] else totals
    return tuple(parts)
