"""Where the work on submissions is done: here, in processes of this machine, or on a Dask cluster. One map for all three.

A piece of work is a function of the keys, the maker of feedback pages and some input; it touches no gradebook and no disk.
"""

import gc
import multiprocessing
import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar

from coursekit.grading.assessment import Assessment
from coursekit.grading.keys import Keys

Page = Callable[[str | None, list[Assessment]], str]
"""Makes a trainee's feedback page from the name and the submissions that count."""

Given = TypeVar("Given")
Made = TypeVar("Made")
Work = Callable[[Keys, Page | None, Any], Any]

AHEAD = 2
"""So many pieces of work wait for each worker, and no more, so that memory does not grow with the class."""

BEGINS = "fork" if sys.platform == "linux" else "spawn"
"""How a process begins: as a copy of this one, with all that is loaded, or anew, where a copy is not safe."""


class Stopped(Exception):
    """The work could not go on; why, and what to do, as a sentence for people."""


class Pool:
    """Does pieces of work, by itself or through `submit`, which gives the future of one; `workers` do them at once."""

    def __init__(self, keys: Keys, page: Page | None, submit: Callable[[Work, Any], Future] | None = None, workers: int = 1):
        self._keys, self._page, self._submit, self._most = keys, page, submit, workers * AHEAD

    def map(
        self, work: Callable[[Keys, Page | None, Any], Made], inputs: Iterable[Given], what: Callable[[Given], Any]
    ) -> Iterator[tuple[Given, Made]]:
        """Each input beside what `work` makes of what(input), in the order of the inputs. Raises Stopped."""
        waiting: deque[tuple[Given, Future]] = deque()
        for one in inputs:
            if self._submit is None:
                yield one, work(self._keys, self._page, what(one))
                continue
            with _or_stopped():
                waiting.append((one, self._submit(work, what(one))))
            if len(waiting) >= self._most:
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    @staticmethod
    def _first(waiting: deque[tuple[Given, Future]]) -> tuple[Given, Any]:
        one, future = waiting.popleft()
        with _or_stopped():
            return one, future.result()


@contextmanager
def _or_stopped() -> Iterator[None]:
    try:
        yield
    except Stopped:
        raise
    except Exception as fault:
        raise Stopped(
            f"A worker died before its work was done ({type(fault).__name__}: {fault}). Perhaps memory ran out. What is in the "
            "gradebook is whole. Grade again to go on; with fewer workers if it happens again."
        ) from fault


@contextmanager
def of(keys: Keys, page: Page | None, workers: int = 1, dask: str = "") -> Iterator[Pool]:
    """A pool on the Dask cluster at an address, or of so many processes of this machine, or of this process alone.

    Ask for processes before there are threads, or connections to a database: neither survives the copying of a process.
    """
    _settled()
    if dask:
        with _dask(keys, page, dask) as pool:
            yield pool
    elif workers > 1:
        with _processes(keys, page, workers) as pool:
            yield pool
    else:
        yield here(keys, page)


def here(keys: Keys, page: Page | None) -> Pool:
    """A pool that does its work at once, in this process."""
    return Pool(keys, page)


@contextmanager
def _processes(keys: Keys, page: Page | None, workers: int) -> Iterator[Pool]:
    executor = ProcessPoolExecutor(workers, multiprocessing.get_context(BEGINS), _begin, (keys, page))
    try:
        for _ in range(workers):
            executor.submit(gc.collect)  # a process starts when there is something to do
        yield Pool(keys, page, lambda work, given: executor.submit(_work_here, work, given), workers)
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _dask(keys: Keys, page: Page | None, address: str) -> Iterator[Pool]:
    """A pool on the Dask cluster whose scheduler is at `address`; its workers need this version of coursekit, and no disk of ours.

    Raises Stopped where Dask is not installed or no worker answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise Stopped('Dask is not installed here. Install it: pip install "coursekit[dask]"') from None
    try:
        client = Client(address, timeout=20)
        client.wait_for_workers(1, timeout=20)
    except (OSError, ValueError) as fault:
        raise Stopped(
            f"No Dask cluster answers at {address} ({fault}). Give the address of its scheduler, as in tcp://host:8786"
        ) from None
    with client:
        executor = client.get_executor(pure=False)
        shared = client.scatter(pickle.dumps((keys, page)), broadcast=True)
        cores = sum(client.nthreads().values())
        try:
            yield Pool(keys, page, lambda work, given: executor.submit(_work_there, shared, work, given), cores)
        finally:
            executor.shutdown(wait=False)  # which cancels what is still waiting


def _settled() -> None:
    """What stands by now stays: looking through it for garbage, again and again, would take a fourth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


# In a worker

_mine: tuple[Keys, Page | None]


def _begin(keys: Keys, page: Page | None) -> None:
    global _mine
    _mine = keys, page
    # What takes long is done while the first pieces of work are still being read.
    if page:
        page(None, [])
    import_module("coursekit.coding.coder")


def _work_here(work: Work, given: Any) -> Any:
    return work(*_mine, given)


@lru_cache(maxsize=2)
def _unpacked(shared: bytes) -> tuple[Keys, Page | None]:
    return pickle.loads(shared)


def _work_there(shared: bytes, work: Work, given: Any) -> Any:
    return work(*_unpacked(shared), given)
