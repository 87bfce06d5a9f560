"""Amounts to batches, as many as can be, and which other batches would have done as well. Plain graph theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def pair(own: Sequence[Sequence[int]], all_fitting: Sequence[Sequence[int]]) -> dict[int, int]:
    """A maximum matching: the place of an amount -> the place of its batch.

    ``all_fitting``: of each amount, the batches that it fits, the likeliest first; ``own``: those of them that are of
    the day named for it, which are tried first. (Kuhn's augmenting paths.)
    """
    of_batch: dict[int, int] = {}
    for edges in (own, all_fitting):
        for amount in range(len(edges)):
            if amount not in of_batch.values():
                _augment(amount, edges, of_batch, set())
    return {amount: batch for batch, amount in of_batch.items()}


def _augment(amount: int, edges: Sequence[Sequence[int]], of_batch: dict[int, int], seen: set[int]) -> bool:
    for batch in edges[amount]:
        if batch in seen:
            continue
        seen.add(batch)
        if batch not in of_batch or _augment(of_batch[batch], edges, of_batch, seen):
            of_batch[batch] = amount
            return True
    return False


def alternatives(edges: Sequence[Sequence[int]], paired: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """Of the amounts that might as well have another batch than the one in a maximum matching, all that might be.

    Every batch named here is left out by one maximum matching and in another one: nothing says which. Amounts that
    could only change places with each other are not among them.
    """
    if all(len(batches) < 2 for batches in edges):
        return {}
    taken = set(paired.values())
    free = {batch for amount in paired for batch in edges[amount] if batch not in taken}
    reached, waiting = set(free), list(free)
    while waiting:
        batch = waiting.pop()
        for amount, own in paired.items():
            if batch in edges[amount] and own not in reached:
                reached.add(own)
                waiting.append(own)
    found = {amount: tuple(sorted(set(edges[amount]) & reached)) for amount in paired}
    return {amount: batches for amount, batches in found.items() if len(batches) > 1}
