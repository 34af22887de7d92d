"""Generators of unusual values: JSON, texts, numbers, headers, tokens."""

import base64
import hashlib
import hmac
import json
import time
from random import Random
from typing import Any
from urllib.parse import quote

from shared.clients.payments.stripe_payments import API_VERSION

ODD_TEXTS = (
    *("", " ", "\x00", "a\x00b", "\ud800", "\u202egnol", "\u200b", "é" * 300, "x" * 20_000, "' OR 1=1; --"),
    *(
        "%_%\\",
        "../../etc/passwd",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "(a+)+$[",
        "null",
        "NaN",
        "true",
        "٣",
        "１２",
    ),
    *("\r\nSet-Cookie: a=b", "$ne", "__proto__", "0", "-1", "1e9", "2024-02-30", "9999-12-31", "00:00"),
)
ODD_NUMBERS = (0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 10**400, 1e308, -0.0, 0.1 + 0.2, 1e-320, 33658 * 31556952)
LARGEST = 255 * 1024
"""Bytes of a body, a little below the limit."""


def other_spellings(number: str) -> list[str]:
    """Spellings of an integer that only a lenient parser accepts."""
    arabic = number.translate({ord(digit): 0x660 + int(digit) for digit in "0123456789"})
    return [f"0{number}", f"+{number}", f" {number}", f"{number} ", f"{number[0]}_{number[1:] or '0'}", arabic]


def text(random: Random) -> str:
    """An unusual text."""
    return random.choice(ODD_TEXTS)


def value(random: Random, depth: int = 3) -> Any:
    """Any JSON value, mostly an unusual one."""
    kind = random.randrange(8 if depth else 5)
    match kind:
        case 0:
            return random.choice((None, True, False))
        case 1:
            return random.choice(ODD_NUMBERS)
        case 2 | 3:
            return text(random)
        case 4:
            return random.choice(([], {}, [[]], [{}], {"": {}}))
        case 5 | 6:
            return [value(random, depth - 1) for _ in range(random.randrange(4))]
        case _:
            return {text(random)[:30]: value(random, depth - 1) for _ in range(random.randrange(4))}


def mutate(random: Random, example: Any) -> Any:
    """An unusual value of the same JSON type, so that it passes type validation."""
    if isinstance(example, str):
        return text(random)
    if type(example) in {int, float}:
        return random.choice((*ODD_NUMBERS, 2, 3.5, 100))
    if isinstance(example, dict):
        return {name: mutate(random, inside) for name, inside in example.items()}
    return value(random)


def body(random: Random, example: Any) -> tuple[str, bytes]:
    """A mutated example body, and the name of the mutation.

    Mutations that every operation must reject: `deep`, `wide`, `twice`, `unreadable`, `spelling`.
    """
    whole = dict(example) if isinstance(example, dict) else {}
    names = list(whole)
    name = random.choice(names) if names else "a"
    mutation = random.choice(("field", "field", "field", "fields", "more", "less", "any", "spelling", *HARD))
    match mutation:
        case "field":
            whole[name] = random.choice((mutate(random, whole.get(name)), value(random)))
        case "fields":
            whole = {each: random.choice((whole[each], mutate(random, whole[each]))) for each in names}
        case "more":
            whole[text(random)[:30] or "owner"] = value(random)
        case "less":
            whole.pop(name, None)
        case "any":
            return mutation, _json(value(random))
        case "spelling":
            numbers = [each for each in names if type(whole[each]) in {int, float}]
            if not numbers:
                return "any", _json(value(random))
            name = random.choice(numbers)
            whole[name] = random.choice(other_spellings(str(whole[name])))
        case _:
            return mutation, HARD[mutation](random, _json(whole)[:-1] + (b"," if whole else b"") + b'"zz":')
    return mutation, _json(whole)


def _deep(random: Random, start: bytes) -> bytes:
    levels = random.choice((33, 40, 700, 5_000))
    begin, end = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'["x",', b"]")))
    within = b'"' + b"x" * random.choice((1, LARGEST - 7 * levels - len(start))) + b'"'
    return start + begin * levels + within + end * levels + b"}"


def _wide(random: Random, start: bytes) -> bytes:
    part = random.choice((b"1,", b"[],", b'"a",', b'{"a":1},'))
    return start + b"[" + part * random.choice((2_001, 20_000)) + b"1]}"


def _twice(random: Random, start: bytes) -> bytes:
    return start + b'1,"zz":' + _json(value(random, 1)) + b"}"


def _unreadable(random: Random, start: bytes) -> bytes:
    broken = (b'"\xff"', b"NaN", b'"\\ud800"', b"'a'", b"01", b"1}{", b"\x00", b'"\\u0000"', b"9" * 5_000)
    return start + random.choice(broken) + b"}"


HARD = {"deep": _deep, "wide": _wide, "twice": _twice, "unreadable": _unreadable}
REFUSED_UNREAD = {"deep", "wide", "twice"}
"""Mutations that are rejected before validation of fields."""


def _json(whole: Any) -> bytes:
    return json.dumps(whole).encode()


HEADERS = (
    *("host", "accept", "accept-language", "content-type", "origin", "referer", "cookie", "range", "user-agent"),
    *("if-none-match", "if-modified-since", "idempotency-key", "x-forwarded-for", "x-forwarded-host", "x-api-key"),
    *("x-cdn-secret", "cloudfront-viewer-address", "x-http-method-override", "x-original-url", "traceparent"),
    *("x-amzn-trace-id", "accept-encoding", "forwarded", "x-request-id", "te", "x-user-id"),
)
ODD_HEADERS = (
    *("", "a:b:c", "[::1", "*", "*/*;q=nan", "fr;q=1.5,,en;q=x", "text/html", "application/json; charset=utf-16"),
    *("null", "bytes=0-", 'W/"x"', "x" * 3_000, "ps_live_" + "k" * 43, "127.0.0.1", "::1,::2", "é", "\x7f", "a=b; a=c"),
    *("Thu, 01 Jan 0000 00:00:00 GMT", "DELETE", "/api/v1/admin/stats", "00-0-0-00", "gzip;q=-1", "2001:db8::/200"),
)


def headers(random: Random) -> dict[str, str | bytes]:
    """One to three unusual headers."""
    return {
        random.choice(HEADERS): random.choice(ODD_HEADERS).encode("latin-1", "replace")
        for _ in range(random.randrange(1, 4))
    }


def path_part(random: Random) -> str:
    """An unusual quoted value of a path or query parameter."""
    raw = random.choice(("%", "%00", "%ff%fe", "%ed%a0%80", "%2e%2e%2f", "a/b", "a&b=c", "%c0%af", ""))
    return random.choice((raw, quote(text(random).encode("utf-8", "surrogatepass"), safe="")))


def bearer(random: Random, secret: str, claims: dict[str, Any]) -> tuple[str, bool]:
    """An invalid token, and whether its signature is genuine."""
    header: Any = {"alg": "HS256", "typ": "JWT"}
    way, genuine = random.randrange(5), random.random() < 0.5
    if way == 0:
        header[random.choice(("alg", "typ", "kid", "crit", "b64", "jwk", "jku", "x5c", "cty"))] = value(random)
    elif way == 1:
        header = random.choice(
            (value(random), {}, {"alg": []}, {"alg": random.choice(("none", "None", "RS256", "ES256"))})
        )
    elif way == 2:
        claims = {name: claims[name] for name in random.sample(sorted(claims), random.randrange(len(claims)))}
    elif way == 3:
        claims = claims | {random.choice(("nbf", *claims)): value(random)}
    if way in {0, 1}:  # a changed header may select another algorithm, or none
        genuine = False
    whole: Any = value(random) if way == 4 else claims
    content = b".".join(
        _base64(random.choice(HARD_TOKENS) if random.random() < 0.1 else _json(part)) for part in (header, whole)
    )
    key = secret if genuine else random.choice(("", "secret", secret[::-1]))
    signature = hmac.new(key.encode(), content, hashlib.sha256).digest()
    return (content + b"." + (_base64(signature) if key else b"")).decode(), genuine


HARD_TOKENS = (b"", b"[]", b"{", b"\xff", b"[" * 3_000, b'{"alg":"HS256","alg":"none"}', b"1" * 5_000, b'"a"', b"null")


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def event(random: Random, *, changes: int) -> bytes:
    """An event of Stripe with so many mutations."""
    about = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "client_reference_id": None}
    whole: dict[str, Any] = {
        "id": f"evt_{random.getrandbits(64):x}",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "livemode": False,
        "type": random.choice(("customer.subscription.updated", "checkout.session.completed", "invoice.paid", "x")),
        "data": {"object": about},
    }
    for _ in range(changes):
        inside = random.choice((whole, about))
        name = random.choice(list(inside))
        inside[name] = random.choice((mutate(random, inside[name]), value(random)))
    if changes and random.random() < 0.2:
        return _deep(random, _json(whole)[:-1] + b',"zz":')
    return _json(whole)
