"""Objects of a bucket at the wire: in parts, whole or not at all."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clients.aws import object_storage
from shared.clients.aws.object_storage import ObjectStorage
from shared.clients.errors import Unavailable
from tests.s3_service import S3Service, s3_service


@pytest.fixture(scope="module")
def service() -> Iterator[S3Service]:
    with pytest.MonkeyPatch.context() as patch, s3_service() as service:
        for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", "eu-west-3")):
            patch.setenv(f"AWS_{name}", value)
        patch.setattr(object_storage, "PART_SIZE", 1000)
        yield service


@pytest.fixture(scope="module")
def storage(service: S3Service) -> ObjectStorage:
    return ObjectStorage("bucket", service.url)


@settings(max_examples=30)  # the first one imports boto3
@given(st.lists(st.binary(max_size=1500), max_size=6))
def test_a_multipart_upload_is_read_back_as_one_object(storage: ObjectStorage, pieces: list[bytes]) -> None:
    with storage.upload("a/b c.é") as upload:
        for piece in pieces:
            upload.write(piece)
    assert storage.open("a/b c.é").read() == b"".join(pieces)
    assert upload.size == sum(map(len, pieces))


def test_upload_sends_parts_while_it_is_written(storage: ObjectStorage, service: S3Service) -> None:
    with storage.upload("large") as upload:
        upload.write(b"x" * 999)
        assert [list(parts) for parts in service.parts.values()] == [[]]
        upload.write(b"y" * 2)
        assert [list(parts.values()) for parts in service.parts.values()] == [[b"x" * 999 + b"yy"]]
    assert service.parts == {}


def test_aborted_upload_leaves_the_previous_object(storage: ObjectStorage, service: S3Service) -> None:
    storage.put("one", b"before")
    with pytest.raises(ZeroDivisionError), storage.upload("one") as upload:
        upload.write(b"x" * 3000)
        raise ZeroDivisionError
    assert (storage.open("one").read(), service.parts) == (b"before", {})


def test_every_key_is_listed_over_all_pages_and_deleted_once_or_twice(
    storage: ObjectStorage, service: S3Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "page_size", 2)
    service.objects.clear()
    for key in "edcba":
        storage.put(key, b"")
    assert storage.list_keys() == ["a", "b", "c", "d", "e"]
    for _ in range(2):
        storage.delete("c")
    assert storage.list_keys() == ["a", "b", "d", "e"]


def test_a_missing_object_raises_unavailable(storage: ObjectStorage) -> None:
    with pytest.raises(Unavailable, match="the bucket bucket does not do what it should"):
        storage.open("nothing")


def test_unreachable_storage_is_unavailable(service: S3Service) -> None:
    with pytest.raises(Unavailable):
        ObjectStorage("bucket", "http://127.0.0.1:1").list_keys()
