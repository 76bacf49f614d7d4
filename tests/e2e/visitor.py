"""Jupyter as its clients see it: HTTP and websockets, nothing of Jupyter's own."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests
import websocket

_DEAD = ("restarting", "autorestarting", "dead")


class KernelDied(Exception):
    """The kernel was gone before it answered."""


@dataclass
class Visitor:
    """A browser's session without the browser. url: scheme, host and port."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False  # no proxy: the question is what this address answers

    def log_in(self, password: str) -> bool:
        """Whether the API is open after the login form was sent."""
        self.session.get(f"{self.url}/login", timeout=20)
        form = {"password": password, "_xsrf": self.session.cookies.get("_xsrf") or ""}
        self.session.post(f"{self.url}/login", data=form, timeout=20)
        return self.is_in()

    def is_in(self) -> bool:
        return self.get("/api/contents").status_code == 200

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, allow_redirects=False, timeout=20)

    def post(self, path: str, body: object) -> Any:
        headers = {"X-XSRFToken": self.session.cookies.get("_xsrf") or ""}
        answer = self.session.post(self.url + path, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def delete(self, path: str) -> None:
        headers = {"X-XSRFToken": self.session.cookies.get("_xsrf") or ""}
        self.session.delete(self.url + path, headers=headers, timeout=60).raise_for_status()

    def await_login_page(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                if 'name="password"' in self.get("/login").text:
                    return
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, f"no login page at {self.url} within {seconds} s"
            time.sleep(0.2)

    def socket(self, path: str) -> websocket.WebSocket:
        cookie = "; ".join(f"{name}={value}" for name, value in self.session.cookies.items())
        return websocket.create_connection(self.url.replace("http", "ws", 1) + path, cookie=cookie, timeout=60)

    def kernel(self, name: str | None = None) -> "Kernel":
        """A new one; the default one, unless named."""
        return Kernel(self, self.post("/api/kernels", {"name": name} if name else {})["id"])

    def in_terminal(self, command: str, seconds: float = 30) -> str:
        """What a command prints in a terminal of Jupyter's."""
        name = self.post("/api/terminals", {})["name"]
        begin, end = uuid.uuid4().hex, uuid.uuid4().hex
        terminal = self.socket(f"/terminals/websocket/{name}")
        try:
            # In two halves, or the echo of what is typed would count as its output.
            typed = f"printf '%s%s\\n' {begin[:9]} {begin[9:]}; {command}; printf '%s%s\\n' {end[:9]} {end[9:]}\r"
            terminal.send(json.dumps(["stdin", typed]))
            seen, deadline = "", time.monotonic() + seconds
            while end not in seen:
                assert time.monotonic() < deadline, seen
                kind, *content = json.loads(terminal.recv())
                if kind == "stdout":
                    seen += str(content[0])
        finally:
            terminal.close()
        return seen.partition(begin)[2].partition(end)[0].strip()


class Kernel:
    """A running kernel, and a socket to it."""

    def __init__(self, visitor: Visitor, identifier: str) -> None:
        self._visitor, self.id = visitor, identifier
        self._socket = visitor.socket(f"/api/kernels/{identifier}/channels?session_id={uuid.uuid4().hex}")

    def run(self, code: str, seconds: float = 60) -> str:
        """What it prints. An exception is an AssertionError; raises KernelDied."""
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": "execute_request", "username": "", "session": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": True}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self._socket.send(json.dumps(request))
        printed, deadline = "", time.monotonic() + seconds
        while True:
            assert time.monotonic() < deadline, f"{code!r} took more than {seconds} s; it printed {printed!r}"
            self._socket.settimeout(max(1, deadline - time.monotonic()))
            received = json.loads(self._socket.recv())
            kind, content = received["msg_type"], received["content"]
            if kind == "status" and content["execution_state"] in _DEAD:
                raise KernelDied(printed)
            if received["parent_header"].get("msg_id") != message:
                continue
            if kind == "stream":
                printed += str(content["text"])
            elif kind == "execute_result":
                printed += str(content["data"]["text/plain"])
            elif kind == "error":
                raise AssertionError("\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return printed.strip()

    def close(self) -> None:
        """The socket; the kernel goes on."""
        self._socket.close()

    def end(self) -> None:
        """Kernel and socket."""
        self._visitor.delete(f"/api/kernels/{self.id}")
        self.close()
