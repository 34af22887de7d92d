"""S3, or what speaks like it: one bucket of ours. Large objects are sent in parts, while they are made."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BufferedIOBase
from typing import Any

from shared.clients.errors import Unavailable

PART = 8 * 2**20
"""Bytes that are sent at once. S3 takes no less than 5 MiB, save the last, and 10,000 parts: objects up to 84 GB."""


class Upload(BufferedIOBase):
    """An object that is being written."""

    def __init__(self, api: Any, where: dict[str, str]) -> None:
        self._api, self._where = api, where
        self._rest = bytearray()
        self._id = api.create_multipart_upload(**where)["UploadId"]
        self._parts: list[dict[str, object]] = []
        self.written = 0
        """Bytes so far."""

    def write(self, data: bytes, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  # of bytes alone
        """Take some bytes, and send them once they are enough."""
        self._rest += data
        self.written += len(data)
        if len(self._rest) >= PART:
            self._send()
        return len(data)

    def finish(self) -> None:
        """Send the rest; now the object is there, whole."""
        self._send()
        self._api.complete_multipart_upload(**self._where, UploadId=self._id, MultipartUpload={"Parts": self._parts})

    def give_up(self) -> None:
        """Have the parts that were sent forgotten."""
        self._api.abort_multipart_upload(**self._where, UploadId=self._id)

    def _send(self) -> None:
        number = len(self._parts) + 1
        told = self._api.upload_part(**self._where, UploadId=self._id, PartNumber=number, Body=bytes(self._rest))
        self._parts.append({"ETag": told["ETag"], "PartNumber": number})
        self._rest.clear()


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
        with self._told():
            upload = Upload(self._api, self._at(key))
            try:
                yield upload
                upload.finish()
            except BaseException:
                upload.give_up()
                raise

    def put(self, key: str, body: bytes) -> None:
        """Write a small object."""
        with self._told():
            self._api.put_object(**self._at(key), Body=body)

    def open(self, key: str) -> BufferedIOBase:
        """Read an object."""
        with self._told():
            return self._api.get_object(**self._at(key))["Body"]

    def listed(self) -> list[str]:
        """The key of everything that is there, in order."""
        with self._told():
            pages = self._api.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
            return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with self._told():
            self._api.delete_object(**self._at(key))

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key}

    @contextmanager
    def _told(self) -> Iterator[None]:
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
