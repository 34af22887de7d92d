"""S3, or what speaks like it: one bucket of ours. Large objects are sent in parts, while they are made."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BufferedIOBase
from typing import Any

from shared.clients.errors import Unavailable

PART_SIZE = 8 * 2**20
"""Bytes that are sent at once. S3 takes no less than 5 MiB, save the last, and 10,000 parts: objects up to 84 GB."""


class Upload(BufferedIOBase):
    """An object that is being written."""

    def __init__(self, api: Any, location: dict[str, str]) -> None:
        self._api, self._location = api, location
        self._buffer = bytearray()
        self._upload_id = api.create_multipart_upload(**location)["UploadId"]
        self._parts: list[dict[str, object]] = []
        self.size = 0
        """Bytes so far."""

    def write(self, data: bytes, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  # of bytes alone
        """Take some bytes, and send them once they are enough."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= PART_SIZE:
            self._upload_part()
        return len(data)

    def finish(self) -> None:
        """Send the rest; now the object is there, whole."""
        self._upload_part()
        self._api.complete_multipart_upload(**self._location, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts})

    def abort(self) -> None:
        """Have the parts that were sent forgotten."""
        self._api.abort_multipart_upload(**self._location, UploadId=self._upload_id)

    def _upload_part(self) -> None:
        number = len(self._parts) + 1
        response = self._api.upload_part(**self._location, UploadId=self._upload_id, PartNumber=number, Body=bytes(self._buffer))
        self._parts.append({"ETag": response["ETag"], "PartNumber": number})
        self._buffer.clear()


class ObjectStorage:
    """One bucket. Every method raises `Unavailable` where the storage does not answer or refuses.

    boto3 comes with Lambda's own Python, so that no bundle carries it; it is imported by the first call.

    Args:
        bucket: its name.
        url: where the API answers; empty for AWS, where the function's role signs.
    """

    def __init__(self, bucket: str, url: str) -> None:
        self._bucket, self._url = bucket, url

    @contextmanager
    def upload(self, key: str) -> Iterator[Upload]:
        """Write a large object; where the block raises, nothing is there that was not before."""
        with self._translate_errors():
            upload = Upload(self._api, self._location(key))
            try:
                yield upload
                upload.finish()
            except BaseException:
                upload.abort()
                raise

    def put(self, key: str, body: bytes) -> None:
        """Write a small object."""
        with self._translate_errors():
            self._api.put_object(**self._location(key), Body=body)

    def open(self, key: str) -> BufferedIOBase:
        """Read an object."""
        with self._translate_errors():
            return self._api.get_object(**self._location(key))["Body"]

    def list_keys(self) -> list[str]:
        """The key of everything that is there, in order."""
        with self._translate_errors():
            pages = self._api.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
            return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with self._translate_errors():
            self._api.delete_object(**self._location(key))

    def _location(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key}

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # with boto3, as above

        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"the bucket {self._bucket} does not do what it should: {error}") from error

    @cached_property
    def _api(self) -> Any:
        import boto3  # noqa: PLC0415  # see the class
        from botocore.config import Config  # noqa: PLC0415

        # Not every storage that speaks like S3 knows the checksums that AWS's own SDK adds unasked.
        config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"total_max_attempts": 3},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.Session().client("s3", endpoint_url=self._url or None, config=config)
