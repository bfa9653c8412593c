"""Who holds a lock: a process of a host, named so that others can tell whether it still runs."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path


def host() -> str:
    """What process numbers count in: this boot of this machine, and the container. Two that differ in this may share a
    host name."""
    marks = [Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")]
    boot = marks[0].read_text().strip() if marks[0].exists() else ""
    return f"{platform.node()}/{boot}/{os.readlink(marks[1]) if os.path.lexists(marks[1]) else ''}"


def started(pid: int) -> str:
    """When a process began, in ticks since the boot: another one that gets its number began later. "ended" of one that
    only its parent has yet to hear of; "" where the system does not say."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "ended" if state in "ZX" else fields[18]
    except (OSError, ValueError, IndexError):
        return ""


def here() -> str:
    """This process, as JSON."""
    pid = os.getpid()
    return json.dumps({"pid": pid, "host": host(), "started": started(pid)})


def read(text: str) -> dict | None:
    """What `here` wrote; None where it is not all there."""
    try:
        found = json.loads(text)
        return {"pid": int(found["pid"]), "host": str(found["host"]), "started": str(found["started"])}
    except (ValueError, KeyError, TypeError):
        return None


def described(text: str) -> str:
    """The process that `text` names, for a line."""
    found = read(text)
    return f"process {found['pid']} on {found['host'].split('/')[0]}" if found else "a process that is not named"


def dead(text: str) -> bool:
    """Whether the process that `text` names has ended for certain. Of another host or container nothing is certain."""
    found = read(text)
    if not found or found["host"] != host():
        return False
    try:
        os.kill(found["pid"], 0)
    except ProcessLookupError:
        return True
    except OSError:  # it runs, and is another user's
        pass
    return bool(found["started"]) and started(found["pid"]) not in ("", found["started"])
