"""The parser in several threads: CPython 3.11 mixes up their depths when a thread is interrupted in the middle."""

from __future__ import annotations

import ast
import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.syntax import expression_of

RULE = "payout.status is None and merchant.mode == 'manual'"


def deep(frames: int) -> ast.Expression:
    return deep(frames - 1) if frames else expression_of(RULE)


@pytest.fixture
def interrupted() -> Iterator[None]:
    """Every few allocations, also those of the parser, another thread is let in."""
    before = gc.get_threshold()

    def let_in(phase: str, info: dict[str, int]) -> None:
        time.sleep(1e-5)

    gc.callbacks.append(let_in)
    gc.set_threshold(20)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(let_in)


@pytest.mark.usefixtures("interrupted")
def test_threads_parse_beside_each_other() -> None:
    with ThreadPoolExecutor(4) as threads:
        trees = list(threads.map(deep, [1, 9, 3, 7] * 20))
    assert {ast.dump(tree) for tree in trees} == {ast.dump(ast.parse(RULE, mode="eval"))}
