"""Takes ssh's place: notes its words, and for a tunnel answers with a login page until asked for /end.

Beside it: `words` (of the last call, JSON), `pid`, `exits` (the code with which it ends at once).
"""

import http.server
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'<input name="password">')
        self.wfile.flush()
        if self.path == "/end":
            os._exit(0)

    def log_message(self, *_: object) -> None:
        pass


def main(words: list[str]) -> int:
    (HERE / "words").write_text(json.dumps(words))
    (HERE / "pid").write_text(str(os.getpid()))
    if (HERE / "exits").exists():
        return int((HERE / "exits").read_text())
    if "-L" in words:
        port = int(words[words.index("-L") + 1].partition(":")[0])
        http.server.HTTPServer(("127.0.0.1", port), Page).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
