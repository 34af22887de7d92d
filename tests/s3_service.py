"""S3 as far as we use it: one bucket, its objects, and uploads in parts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class S3Service:
    """The bucket, and what goes wrong.

    Attributes:
        url: the address.
        objects: what is kept, by key.
        parts: of uploads that are neither finished nor given up, by their ids.
        fails_on: answers 403 to whatever method and address this fits.
        page: how many keys a listing tells at once.
    """

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    fails_on: str = "nothing"
    page: int = 1000

    def answer(self, method: str, path: str, asked: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, ETag and body."""
        key, upload = unquote(path.lstrip("/").partition("/")[2]), asked.get("uploadId", "")
        if method == "GET" and "list-type" in asked:
            return 200, "", self._list(int(asked.get("continuation-token", 0))).encode()
        if method == "GET":
            return (200, "", self.objects[key]) if key in self.objects else (404, "", b"")
        if method == "POST" and "uploads" in asked:
            self.parts[upload := f"upload-{len(self.parts)}"] = {}
            return 200, "", f"<R><UploadId>{upload}</UploadId></R>".encode()
        if method == "PUT" and upload:
            self.parts[upload][number := int(asked["partNumber"])] = body
            return 200, f'"part-{number}"', b""
        if method == "POST":
            named = [int(number) for number in re.findall(r"<PartNumber>(\d+)", body.decode())]
            parts = self.parts.pop(upload)
            self.objects[key] = b"".join(parts[number] for number in named)
        elif method == "PUT":
            self.objects[key] = body
        elif upload:
            del self.parts[upload]
        else:
            self.objects.pop(key, None)
        return 200, "", b"<R/>" if method == "POST" else b""

    def _list(self, start: int) -> str:
        keys = sorted(self.objects)
        end = start + self.page
        told = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys[start:end])
        more = f"<NextContinuationToken>{end}</NextContinuationToken>" if end < len(keys) else ""
        return f"<R><IsTruncated>{str(bool(more)).lower()}</IsTruncated>{more}{told}</R>"


@contextmanager
def s3_service() -> Iterator[S3Service]:
    """Serve it at an address of this machine."""
    service = S3Service()

    class Intake(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True
        protocol_version = "HTTP/1.1"  # with which it says "100 Continue"; boto3 waits a second for it

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            asked = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
            failing = re.search(service.fails_on, f"{self.command} {self.path}")
            status, etag, said = (
                (403, "", b"<Error><Code>AccessDenied</Code></Error>")
                if failing
                else service.answer(self.command, urlsplit(path).path, asked, body)
            )
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  # names of the library

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Intake) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
