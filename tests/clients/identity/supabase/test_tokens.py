"""Supabase Auth: verification of tokens."""

import base64
import json
import warnings
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from tests.clients.conftest import SimulatedTime
from tests.clients.identity.supabase.project import NEXT, SECOND, Project, by_hand, in_seconds, part, publishing
from tests.tokens import ALICE, ES256, ISSUER, RS256, SECRET, URL, Key, claims


@pytest.fixture
def legacy(time: SimulatedTime) -> Project:
    return Project(time, SECRET)


@pytest.mark.parametrize("key", [ES256, RS256], ids=["es256", "rs256"])
def test_a_verified_token_yields_the_identity(project: Project, time: SimulatedTime, key: Key) -> None:
    identity = project.supabase.verify(key.sign(claims(time.instant, app_metadata={"role": "premium"}, aal="aal2")))
    assert identity is not None
    assert (identity.user_id, identity.email, identity.app_metadata) == (
        ALICE,
        "alice@example.com",
        {"role": "premium"},
    )
    assert (identity.is_anonymous, identity.second_factor) == (False, True)


@pytest.mark.case("A11")
def test_user_metadata_grants_nothing(project: Project, time: SimulatedTime) -> None:
    """A token's `user_metadata` is ignored."""
    identity = project.supabase.verify(
        ES256.sign(claims(time.instant, user_metadata={"plan": "elite", "role": "admin"}, app_metadata=None))
    )
    assert identity is not None
    assert "elite" not in repr(identity)
    assert "admin" not in repr(identity)


def test_a_legacy_token_is_verified_by_its_configured_secret_without_fetching_keys(
    legacy: Project, project: Project, time: SimulatedTime
) -> None:
    token = jwt.encode(claims(time.instant), SECRET, "HS256", {"kid": "es"})
    assert legacy.believes(token)
    assert not project.believes(token)
    assert not legacy.believes(jwt.encode(claims(time.instant), SECRET.upper(), "HS256"))
    assert legacy.request_count == project.request_count == 0


@pytest.mark.case("A2")
@pytest.mark.parametrize(("late", "counts"), [(-1, True), (0, True), (1, True), (29, True), (30, False), (31, False)])
def test_a_token_counts_until_half_a_minute_after_its_end(
    project: Project, time: SimulatedTime, late: int, counts: bool
) -> None:
    """30 s of leeway: `LEEWAY`."""
    token = ES256.sign(claims(time.instant, exp=time.instant - late * SECOND))
    assert project.believes(token) is counts


@pytest.mark.parametrize(("early", "counts"), [(30, True), (31, False)])
def test_a_token_does_not_count_before_its_time(
    project: Project, time: SimulatedTime, early: int, counts: bool
) -> None:
    assert project.believes(ES256.sign(claims(time.instant, nbf=time.instant + early * SECOND))) is counts


def test_validity_is_checked_by_the_given_clock(project: Project, time: SimulatedTime) -> None:
    token = ES256.sign(claims(time.instant))
    assert project.believes(token)
    time.instant += timedelta(hours=2)
    assert not project.believes(token)
    time.instant -= timedelta(days=900)
    assert project.believes(token), "issued later than a clock that lives in the past"


@pytest.mark.case("C9", "A10")
def test_cached_keys_expire_when_the_clock_is_set_back(project: Project, time: SimulatedTime) -> None:
    """A newly published key is fetched, and a revoked one is no longer accepted."""
    assert project.believes(ES256.sign(claims(time.instant)))
    time.instant -= timedelta(days=1)
    project.answer = publishing(NEXT)
    assert project.believes(NEXT.sign(claims(time.instant)))
    assert not project.believes(ES256.sign(claims(time.instant)))


@pytest.mark.case("A3")
@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("kid", ["es", None])
def test_an_unsigned_token_is_rejected(
    project: Project, legacy: Project, time: SimulatedTime, algorithm: str, kid: str | None
) -> None:
    token = by_hand({"alg": algorithm, "typ": "JWT", "kid": kid}, claims(time.instant), None)
    assert not project.believes(token)
    assert not legacy.believes(token)
    assert not legacy.believes(token + ES256.sign(claims(time.instant)).rpartition(".")[2])


@pytest.mark.case("A4")
@pytest.mark.parametrize("key", [ES256, RS256], ids=["es256", "rs256"])
def test_a_token_signed_with_the_public_key_as_secret_is_rejected(
    project: Project, legacy: Project, time: SimulatedTime, key: Key
) -> None:
    """HS256 with the public key as secret is rejected, with and without a legacy secret."""
    public = key.private.public_key()
    texts = [public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), json.dumps(key.published()).encode()]
    for text in texts:
        for algorithm in ("HS256", key.algorithm):
            token = by_hand({"alg": algorithm, "typ": "JWT", "kid": key.kid}, claims(time.instant), text)
            assert not project.believes(token)
            assert not legacy.believes(token)


def test_a_token_must_use_the_algorithm_of_its_key(project: Project, time: SimulatedTime) -> None:
    for key, other in ((ES256, RS256), (RS256, ES256)):
        assert not project.believes(key.sign(claims(time.instant), kid=other.kid))
    stronger = jwt.encode(claims(time.instant), RS256.private, "RS512", {"kid": "rs"})
    assert not project.believes(stronger)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not Project(time, SECRET).believes(jwt.encode(claims(time.instant), SECRET, "HS512"))


@pytest.mark.case("A5")
@pytest.mark.parametrize(
    ("aud", "counts"),
    [
        ("authenticated", True),
        (["other", "authenticated"], True),
        ("anon", False),
        (["other"], False),
        ("", False),
        ([], False),
        (None, False),
        ("authenticated ", False),
    ],
)
def test_a_token_must_have_our_audience(project: Project, time: SimulatedTime, aud: Any, counts: bool) -> None:
    assert project.believes(ES256.sign(claims(time.instant, aud=aud))) is counts


@pytest.mark.case("A6")
@pytest.mark.parametrize(
    "iss", [URL, f"{ISSUER}/", "https://other.supabase.test/auth/v1", "supabase", ISSUER.upper(), "", None]
)
def test_a_token_must_have_our_issuer(project: Project, time: SimulatedTime, iss: str | None) -> None:
    assert not project.believes(ES256.sign(claims(time.instant, iss=iss)))


@pytest.mark.case("A7")
@pytest.mark.parametrize("role", ["anon", "service_role", "postgres", None])
def test_a_service_token_has_no_user_id(project: Project, time: SimulatedTime, role: str | None) -> None:
    """It is valid, and identifies no user."""
    for sub in (str(ALICE), None):
        identity = project.supabase.verify(ES256.sign(claims(time.instant, role=role, sub=sub)))
        assert identity is not None
        assert identity.user_id is None


def test_an_anonymous_account_is_marked_as_anonymous(project: Project, time: SimulatedTime) -> None:
    identity = project.supabase.verify(ES256.sign(claims(time.instant, is_anonymous=True, email="")))
    assert identity is not None
    assert (identity.is_anonymous, identity.email) == (True, None)


@pytest.mark.parametrize(
    "changes",
    [
        *('"sub": null', '"sub": "alice"', '"sub": ""', '"sub": 7', '"sub": "anon"'),
        *('"exp": null', '"exp": "tomorrow"', '"exp": [9999999999]', '"exp": NaN', '"exp": -Infinity', '"exp": 0'),
        *('"nbf": "now"', '"nbf": NaN', '"nbf": Infinity', '"nbf": 1e400'),
    ],
)
def test_a_token_with_invalid_claims_is_rejected(project: Project, time: SimulatedTime, changes: str) -> None:
    payload = json.dumps(in_seconds(claims(time.instant)))
    for text, counts in (
        (payload, True),
        (f"{payload[:-1]}, {changes}}}", False),
    ):  # the last of two equal names counts
        token = jwt.api_jws.encode(text.encode(), ES256.private, "ES256", {"kid": "es"})
        assert project.believes(token) is counts


WHOLE = ES256.sign(claims(SimulatedTime().instant))


@pytest.mark.case("H2")
@given(st.one_of(st.text(max_size=200), st.integers(0, len(WHOLE) - 1).map(lambda at: WHOLE[:at] + WHOLE[at + 1 :])))
@example("a.b.c")
@example("..")
@example("Bearer x")
@example(WHOLE + ".")
@example(WHOLE.replace("e", "é", 1))
@example("\ud800")
def test_a_malformed_token_is_rejected(token: str) -> None:
    assert not Project(SimulatedTime(), SECRET).believes(token)


@given(st.integers(0, len(WHOLE) - 2), st.sampled_from("ABCDEFGHabcdefgh0123-_"))
def test_a_token_with_one_character_changed_is_rejected(place: int, other: str) -> None:
    changed = WHOLE[:place] + other + WHOLE[place + 1 :]
    assert Project(SimulatedTime()).believes(changed) is (changed == WHOLE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["ES256", "HS256"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.fixed_dictionaries({}, optional=dict.fromkeys(("alg", "kid", "typ", "crit", "b64", "jku", "x5c"), JSON))


@pytest.mark.case("H2")
@given(JSON | HEADERS, JSON)
@example({}, {})
@example({"alg": []}, {})
@example({"alg": {}}, {})
@example({"alg": "ES256", "kid": []}, {})
@example({"alg": "ES256", "kid": "es", "crit": ["b64"], "b64": False}, {})
@example([], [])
@example({"alg": 1e400}, None)
def test_any_json_for_a_header_is_rejected(header: Any, payload: Any) -> None:
    project = Project(SimulatedTime(), SECRET)
    for signature in ("", "AAAA", "not base64 %"):
        assert not project.believes(f"{part(header)}.{part(payload)}.{signature}")


def test_a_deeply_nested_token_header_is_rejected(project: Project) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    assert not project.believes(f"{nested}.{part({})}.AAAA")
    assert not project.believes(f"{part({'alg': 'ES256', 'kid': 'es'})}.{nested}.AAAA")


@pytest.mark.case("H2")
@given(st.sampled_from(sorted(claims(SimulatedTime().instant))), JSON)
@example("sub", 7)
@example("sub", [])
@example("exp", 10**400)
@example("exp", True)
@example("iat", [])
@example("nbf", -(10**400))
@example("aud", {})
@example("iss", [])
@example("user_metadata", [[]])
@example("app_metadata", "owner")
@example("email", {})
def test_a_signed_token_with_any_json_claim_is_verified_or_rejected(name: str, value: Any) -> None:
    """Supabase signs what its hooks add; none of it may cause an unexpected error."""
    time = SimulatedTime()
    payload = {**in_seconds(claims(time.instant)), name: value}
    token = jwt.api_jws.encode(json.dumps(payload).encode(), ES256.private, "ES256", {"kid": "es"})
    read = Project(time).supabase.verify(token)
    assert read is None or read.user_id in {ALICE, None} or name == "sub"
