"""What may answer on a droplet's SSH port, on a port of loopback."""

import io
import socket
import threading
from collections.abc import Callable

import paramiko

from contract.identity import HostKey

ADDRESS = "127.0.0.1"
Answer = Callable[[socket.socket], None]


class SshServers:
    """`answers`: one for each connection, in order; the last one for all that follow."""

    def __init__(self) -> None:
        self._listener = socket.create_server((ADDRESS, 0))
        self.port: int = self._listener.getsockname()[1]
        self.answers: list[Answer] = []
        self.connections = 0

    def __enter__(self) -> "SshServers":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Waking `accept` takes the shutdown: a close alone leaves its thread waiting.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            answer = self.answers[min(self.connections, len(self.answers) - 1)]
            self.connections += 1
            threading.Thread(target=answer, args=(connection,), daemon=True).start()


def says(text: bytes) -> Answer:
    """Says it and hangs up."""

    def answer(connection: socket.socket) -> None:
        with connection:
            connection.sendall(text)

    return answer


def with_key(key: HostKey) -> Answer:
    """A real SSH server with this host key, as far as the key exchange."""

    def answer(connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        transport.add_server_key(paramiko.Ed25519Key.from_private_key(io.StringIO(key.private)))
        try:
            transport.start_server(server=paramiko.ServerInterface())
            transport.join(10)
        except (OSError, EOFError, paramiko.SSHException):
            pass  # the client has seen what it wanted
        finally:
            transport.close()

    return answer
