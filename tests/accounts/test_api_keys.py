from hypothesis import example, given
from hypothesis import strategies as st

from shared.accounts.api_keys import Scope, fingerprint, is_key, scope_for

KEY = "ps_live_" + "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE"


def test_a_fingerprint_is_sha_256() -> None:
    # FIPS 180-2, appendix B.1
    assert fingerprint("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.text())
@example("")
@example(KEY[:-1])
@example(KEY + "x")
@example(KEY + "\n")
@example(KEY.upper())
@example(KEY.replace("-", "+"))
@example("ps_test_" + KEY[8:])
def test_is_key_rejects_any_other_text(text: str) -> None:
    assert not is_key(text)
    assert is_key(KEY)


def test_only_get_and_head_need_the_read_scope() -> None:
    assert [scope_for(method) for method in ("GET", "HEAD")] == [Scope.READ] * 2
    assert {scope_for(method) for method in ("POST", "PUT", "PATCH", "DELETE", "get", "TRACE")} == {Scope.WRITE}
