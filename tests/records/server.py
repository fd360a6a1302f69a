"""A PostgreSQL server of the tests' own: made in a temporary folder, run by an unprivileged user, gone afterwards.

Looks for the server's programs where Debian puts them and on the path. Listens on this machine only, at a free port.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

PATIENCE = 30


class NoServerError(FileNotFoundError):
    """There is no PostgreSQL to start here."""


@contextmanager
def running_server() -> Iterator[str]:
    """The address of a server, without a database: `postgresql+psycopg://tester@127.0.0.1:PORT/`.

    Raises:
        NoServerError: its programs are not installed.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="records-"))
    try:
        who = _somebody_without_rights(folder)
        made = subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "tester", "-A", "trust", "-E", "UTF8",
             "--no-locale", "-N"],
            capture_output=True, text=True, check=False, cwd=folder, **who,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stderr}")
        port = _free_port()
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", "-p", str(port), "-c", "listen_addresses=127.0.0.1",
                 "-c", f"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "max_connections=60"],
                stdout=log, stderr=log, cwd=folder, **who,
            )  # fmt: skip
        try:
            _wait_for(server, port, folder / "log")
            yield f"postgresql+psycopg://tester@127.0.0.1:{port}/"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str) -> str:
    """The address of a place on the server that holds nothing yet: a schema of its own, which is quicker to make."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(f"{plain(server)}postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{server}postgres?options=-csearch_path%3D{name}"


def plain(address: str) -> str:
    """An address as the driver itself takes it."""
    return address.replace("postgresql+psycopg://", "postgresql://")


def _programs() -> Path:
    on_path = shutil.which("postgres")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name), reverse=True)
    for place in [*places, *([Path(on_path).resolve().parent] if on_path else [])]:
        if all((place / program).exists() for program in ("initdb", "postgres")):
            return place
    raise NoServerError("no PostgreSQL server is installed; on Debian: apt-get install postgresql")


def _somebody_without_rights(folder: Path) -> dict[str, Any]:
    """How to start a program as an ordinary user who owns the folder: the server refuses to run as root."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder)}
    if os.geteuid():
        return {"env": environment}
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in known else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"env": environment, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped at once:\n{log.read_text()}")
        try:
            psycopg.connect(f"postgresql://tester@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not answer:\n{log.read_text()}")
