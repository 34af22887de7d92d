"""A fake of S3: one bucket, its objects, and multipart uploads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from tests import http_service
from tests.http_service import RawResponse


@dataclass
class S3Service:
    """The bucket, with failures.

    Attributes:
        url: the address.
        objects: contents by key.
        parts: of uploads that are neither completed nor aborted, by upload id.
        fails_on: a pattern of method and target to which it responds 403.
        page_size: keys per page of a listing.
    """

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    fails_on: str = "nothing"
    page_size: int = 1000

    def respond(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, ETag and body."""
        key, upload = unquote(path.lstrip("/").partition("/")[2]), query.get("uploadId", "")
        if method == "GET" and "list-type" in query:
            return 200, "", self._list(int(query.get("continuation-token", 0))).encode()
        if method == "GET":
            return (200, "", self.objects[key]) if key in self.objects else (404, "", b"")
        if method == "POST" and "uploads" in query:
            self.parts[upload := f"upload-{len(self.parts)}"] = {}
            return 200, "", f"<R><UploadId>{upload}</UploadId></R>".encode()
        if method == "PUT" and upload:
            self.parts[upload][number := int(query["partNumber"])] = body
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
        end = start + self.page_size
        contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys[start:end])
        more = f"<NextContinuationToken>{end}</NextContinuationToken>" if end < len(keys) else ""
        return f"<R><IsTruncated>{str(bool(more)).lower()}</IsTruncated>{more}{contents}</R>"


@contextmanager
def s3_service() -> Iterator[S3Service]:
    """Serve until the block ends."""
    service = S3Service()

    def respond(method: str, target: str, headers: dict[str, str], body: bytes) -> RawResponse:
        if re.search(service.fails_on, f"{method} {target}"):
            return 403, {}, b"<Error><Code>AccessDenied</Code></Error>"
        path, _, query = target.partition("?")
        parameters = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
        status, etag, content = service.respond(method, urlsplit(path).path, parameters, body)
        return status, {"ETag": etag} if etag else {}, content

    with http_service.serve(respond) as service.url:
        yield service
