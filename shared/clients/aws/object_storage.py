"""One bucket of S3 or a compatible storage, with streaming multipart uploads."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BufferedIOBase
from typing import Any

from shared.clients.errors import Unavailable

PART_SIZE = 8 * 2**20
"""Bytes of a part. S3 needs at least 5 MiB and allows 10,000 parts: objects up to 84 GB."""


class Upload(BufferedIOBase):
    """A multipart upload in progress."""

    def __init__(self, api: Any, location: dict[str, str]) -> None:
        self._api, self._location = api, location
        self._buffer = bytearray()
        self._upload_id = api.create_multipart_upload(**location)["UploadId"]
        self._parts: list[dict[str, object]] = []
        self.size = 0
        """Bytes written so far."""

    def write(self, data: bytes, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  # bytes only
        """Buffer bytes, and upload a part when the buffer is full."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= PART_SIZE:
            self._upload_part()
        return len(data)

    def finish(self) -> None:
        """Upload the rest and complete the object."""
        self._upload_part()
        self._api.complete_multipart_upload(
            **self._location, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Discard the uploaded parts."""
        self._api.abort_multipart_upload(**self._location, UploadId=self._upload_id)

    def _upload_part(self) -> None:
        number = len(self._parts) + 1
        response = self._api.upload_part(
            **self._location, UploadId=self._upload_id, PartNumber=number, Body=bytes(self._buffer)
        )
        self._parts.append({"ETag": response["ETag"], "PartNumber": number})
        self._buffer.clear()


class ObjectStorage:
    """One bucket. Every method raises `Unavailable` if the storage fails.

    boto3 is part of Lambda's Python runtime, so it is not bundled; it is imported with the first call.

    Args:
        url: endpoint of the API; empty for AWS.
    """

    def __init__(self, bucket: str, url: str) -> None:
        self._bucket, self._url = bucket, url

    @contextmanager
    def upload(self, key: str) -> Iterator[Upload]:
        """Write a large object in a `with` block; if the block raises, the upload is aborted."""
        with self._translate_errors():
            upload = Upload(self._api, self._location(key))
            try:
                yield upload
                upload.finish()
            except BaseException:
                upload.abort()
                raise

    def put(self, key: str, body: bytes, *, content_type: str = "", cache_control: str = "") -> None:
        """Write a small object, with the headers that its readers get, if any."""
        headers = {"ContentType": content_type, "CacheControl": cache_control}
        with self._translate_errors():
            given = {name: value for name, value in headers.items() if value}
            self._api.put_object(**self._location(key), Body=body, **given)

    def read(self, key: str) -> bytes | None:
        """The content of a small object; None if it is missing. The role needs the right to list the bucket."""
        from botocore.exceptions import ClientError  # noqa: PLC0415  # with boto3, as above

        with self._translate_errors():
            try:
                return self._api.get_object(**self._location(key))["Body"].read()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    return None
                raise

    def open(self, key: str) -> BufferedIOBase:
        """Read an object."""
        with self._translate_errors():
            return self._api.get_object(**self._location(key))["Body"]

    def list_keys(self) -> list[str]:
        """The keys of all objects, in order."""
        with self._translate_errors():
            pages = self._api.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
            return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def delete(self, key: str) -> None:
        """Delete an object; a missing one is not an error."""
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

        # Some S3-compatible storages do not support the checksums that the SDK adds by default.
        config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"total_max_attempts": 3},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.Session().client("s3", endpoint_url=self._url or None, config=config)
