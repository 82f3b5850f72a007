"""Has something replaced what threads, processes and sockets are made of? gevent and eventlet do, and then a row of
threads is a row of greenlets."""

from __future__ import annotations

import _thread
import select
import sys
import time
from types import BuiltinFunctionType


def patched() -> dict[str, str]:
    """``{"patched": "threads, sleep (gevent)"}``; empty where the standard library is itself."""
    found = {
        name: getattr(thing, "__module__", "")
        for name, thing in (("threads", _thread.start_new_thread), ("sleep", time.sleep), ("select", select.select))
        if not isinstance(thing, BuiltinFunctionType)
    }
    socket = sys.modules.get("socket")  # not imported for this: it is a quarter of a megabyte
    if socket is not None and socket.socket.__module__ != "socket":
        found["sockets"] = socket.socket.__module__
    if not found:
        return {}
    by = sorted({str(module).partition(".")[0] for module in found.values() if module})
    return {"patched": f"{', '.join(found)} ({', '.join(by) or 'unknown'})"}
