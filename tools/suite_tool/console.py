"""What the user sees: steps, progress while something runs, and a summary."""

import sys
import threading
import time

_lock = threading.Lock()
_started = time.monotonic()


def step(text: str) -> None:
    """Announce what is done next."""
    with _lock:
        print(f"[{_clock()}] {text}", flush=True)


def note(text: str) -> None:
    """Add a line to the step under way."""
    with _lock:
        print(f"        {text}", flush=True)


def plain(text: str = "") -> None:
    with _lock:
        print(text, flush=True)


def fault(text: str) -> None:
    with _lock:
        print(f"suite: {text}", file=sys.stderr, flush=True)


def _clock() -> str:
    seconds = int(time.monotonic() - _started)
    return f"{seconds // 60:2d}:{seconds % 60:02d}"


class Progress:
    """Says every few seconds how far a long step is; `describe` returns the words, or nothing to stay silent."""

    def __init__(self, describe, every: float = 10.0):
        self._describe = describe
        self._every = every if not sys.stdout.isatty() else min(every, 3.0)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._end.set()
        self._thread.join()

    def _loop(self) -> None:
        last = None
        while not self._end.wait(self._every):
            text = self._describe()
            if text and text != last:
                note(f"... {text}")
                last = text
