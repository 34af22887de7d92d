"""An HTTP server whose responses a test computes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

RawResponse = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


@contextmanager
def serve(respond: Callable[[str, str, dict[str, str], bytes], RawResponse]) -> Iterator[str]:
    """Serve until the block ends; yields the address. `respond` gets method, target, lower-case headers, body."""

    class Intake(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True
        protocol_version = "HTTP/1.1"  # sends "100 Continue", for which boto3 waits a second

        def _respond(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            status, response_headers, content = respond(self.command, self.path, headers, body)
            self.send_response(status)
            for name, value in response_headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")  # a warm client would leave it open after its test
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = _respond  # noqa: N815  # names required by the library

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Intake) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
