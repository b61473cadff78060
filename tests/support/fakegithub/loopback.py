"""No connection but to this machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest


def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every connection to another machine, and every look-up of its name, an error."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def checked(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            assert address[0] in ("127.0.0.1", "::1", "localhost"), f"a connection to {address}"
        connect(self, address)

    def looked_up(host: Any, *rest: Any, **named: Any) -> Any:
        assert host in ("127.0.0.1", "::1", "localhost", None), f"a look-up of {host}"
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", checked)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
