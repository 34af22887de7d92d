"""S3 as far as we use it: one bucket, its objects, and uploads in parts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from tests import http_service
from tests.http_service import Said


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

    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> Said:
        if re.search(service.fails_on, f"{method} {target}"):
            return 403, {}, b"<Error><Code>AccessDenied</Code></Error>"
        path, _, query = target.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
        status, etag, said = service.answer(method, urlsplit(path).path, asked, body)
        return status, {"ETag": etag} if etag else {}, said

    with http_service.serve(answer) as service.url:
        yield service
