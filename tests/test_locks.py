"""Locks between processes, the system's own or, where there are none, folders: one holds it, and the dead free it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from one_line import refused
from waiting import HANG, wait_until

from dietsb_core import locks, owner
from dietsb_core.claims import Claims
from dietsb_core.locks import locked

WAYS = (0, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)  # 0: the system has locks

PROGRAM = """
import fcntl, os, signal, sys, time
from pathlib import Path
from dietsb_core.locks import locked
number, lock, what = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def flock(*_):
    raise OSError(number, os.strerror(number))
fcntl.flock = flock if number else fcntl.flock
for _ in range(15 if what == "count" else 1):
    with locked(lock):
        lock.with_name("held").touch()
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "hold":
            time.sleep(1000)
        done = int(lock.with_name("count").read_text())
        time.sleep(0.002)
        lock.with_name("count").write_text(str(done + 1))
"""


@pytest.fixture(params=WAYS)
def way(request, monkeypatch) -> int:
    """How the system answers, here and, by `process`, in others."""
    def flock(*_: object) -> None:
        raise OSError(request.param, os.strerror(request.param))

    if request.param:
        monkeypatch.setattr(fcntl, "flock", flock)
    return request.param


def process(way: int, lock: Path, what: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(way), str(lock), what], stderr=subprocess.PIPE)


def test_one_at_a_time_though_some_are_killed_while_they_hold_it(way, tmp_path):
    """Three count to 15 in one file, a step at a time; two more are killed as soon as they hold the lock."""
    (tmp_path / "count").write_text("0")
    many = [process(way, tmp_path / "x.lock", what) for what in ("count", "die", "count", "die", "count")]
    ended = [(one.wait(HANG), one.stderr.close())[0] for one in many]
    assert ended == [0, -signal.SIGKILL, 0, -signal.SIGKILL, 0] and (tmp_path / "count").read_text() == "45"
    left = {path.name for path in tmp_path.iterdir()} - {"count", "held", "x.lock"}
    assert len(left) == bool(way)  # the highest claim: free, or of one that was killed last


def test_the_lock_of_one_that_was_killed_is_free(way, tmp_path, capsys):
    with process(way, tmp_path / "x.lock", "die") as dying:
        assert dying.wait(HANG) == -signal.SIGKILL
    for _ in range(2):
        with locked(tmp_path / "x.lock"):
            pass
    assert capsys.readouterr().err == ""


def test_who_waits_says_once_for_what_and_who_holds_it(way, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(locks, "PATIENCE", 0)
    with process(way, tmp_path / "x.lock", "hold") as holder:
        wait_until((tmp_path / "held").exists, holder)
        looks = iter([lambda: None] * 3 + [lambda: (holder.kill(), holder.wait())])
        monkeypatch.setattr(locks.time, "sleep", lambda seconds: next(looks)())
        with locked(tmp_path / "x.lock", "a run of mine"):
            said = capsys.readouterr().err
        assert said.startswith(f"a run of mine (process {holder.pid} on {platform.node()}")
        assert said.count("\n") == 1 and ("remove" in said) == bool(way)


def test_it_says_so_after_two_seconds(monkeypatch, capsys):
    clock, said = [0.0], []

    class Held:
        def take(self) -> bool:
            said.append((round(clock[0], 1), bool(capsys.readouterr().err)))
            return clock[0] > 2.5

        def holder(self) -> str:
            return "somebody"

    monkeypatch.setattr(locks.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(locks.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + 0.5))
    locks.wait(Held(), "a line")
    assert said == [(0, False), (0.5, False), (1, False), (1.5, False), (2, False), (2.5, True), (3, False)]


def owned(lock: Path, number: int, **changes: object) -> Path:
    """A claim of this process, but for `changes`."""
    folder = Claims(lock).folder(number)
    folder.mkdir(parents=True)
    (folder / "owner").write_text(json.dumps(json.loads(owner.here()) | changes))
    return folder


def test_a_claim_of_another_host_is_waited_for_and_the_line_says_what_to_do(tmp_path):
    """Whether a process still runs is known on its own host alone, and of this boot."""
    for number, changes in enumerate([{"host": "elsewhere/boot/pid"}, {"host": owner.host() + "x", "pid": 2**22 + 1}]):
        lock = tmp_path / f"{number}.lock"
        folder, claims = owned(lock, 3, **changes), Claims(lock)
        assert not claims.take() and claims.holder().endswith(f"if that has ended, remove {folder}")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"pid": "x", "host": 1}', "\x00\x01"])
def test_a_claim_that_names_nobody_is_waited_for(tmp_path, text):
    folder = owned(tmp_path / "x.lock", 1)
    (folder / "owner").write_text(text)
    claims = Claims(tmp_path / "x.lock")
    assert not claims.take() and claims.holder() == f"a process that is not named; if that has ended, remove {folder}"


@pytest.mark.parametrize("changes", [{"pid": 2**22 + 1}, {"started": "1"}])
def test_a_claim_of_a_dead_process_is_taken_over(tmp_path, changes):
    """Its number is nobody's, or that of a process that began later."""
    owned(tmp_path / "x.lock", 4, **changes)
    claims = Claims(tmp_path / "x.lock")
    assert claims.take() and claims.number == 5 and not claims.folder(4).exists()
    assert not Claims(tmp_path / "x.lock").take()
    claims.free()
    assert Claims(tmp_path / "x.lock").take()


def test_a_process_that_only_its_parent_has_not_heard_of_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert owner.dead(json.dumps({"pid": child.pid, "host": owner.host(), "started": "1"}))
    child.wait()
    assert not owner.dead(owner.here()) and not owner.dead("")


@pytest.mark.parametrize("state", ["held", "free"])
def test_one_who_was_slow_withdraws(tmp_path, monkeypatch, state):
    """It found number 5 dead. Since then 6 has come and gone, and 7 is held, or 6 is free: it must look again."""
    claims = Claims(tmp_path / "x.lock")
    there = owned(tmp_path / "x.lock", 7) if state == "held" else claims.folder(6, "free")
    there.mkdir(exist_ok=True)
    monkeypatch.setattr(claims, "newest", lambda: (5, None))
    assert not claims.take() and list(tmp_path.iterdir()) == [there] and claims.number == 0


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "fifo"])
def test_something_else_in_the_place_of_a_lock_is_one_line(tmp_path, make):
    make(tmp_path / "x.lock")

    def take() -> None:
        with locked(tmp_path / "x.lock"):
            raise AssertionError("it was held")

    refused(take, tmp_path / "x.lock", "move it away")


def test_an_error_that_is_no_lack_of_locks_is_said_as_it_is(tmp_path, monkeypatch):
    def flock(*_: object) -> None:
        raise OSError(errno.EIO, "failing")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(OSError, match="failing"), locked(tmp_path / "x.lock"):
        pass
