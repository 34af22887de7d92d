"""Verify the record: python verify.py https://…/record|folder verifier-key [--witness verifier-key]… [--state file]

The log follows C2SP tlog-tiles, tlog-checkpoint and tlog-cosignature (https://c2sp.org) with the hashes of RFC 6962.
It needs Python 3.11 alone, shares no code with the product, and names the first thing that is wrong. The state file
keeps the checkpoint of the last time, which the log must extend."""

import argparse
import base64
import json
import math
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256, sha512
from pathlib import Path
from statistics import mean
from urllib.request import urlopen

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032, section 5.1
D, BASE_Y = -121665 * pow(121666, P - 2, P) % P, 4 * pow(5, P - 2, P) % P
FORMS = {"at kick_off": r'"\d{4}(-\d\d){2}T(\d\d:){2}\d\d\.\d{6}Z"', "commitment salt": '"[0-9a-f]{64}"'}  # as JSON
FORMS |= {"home draw away": r'"[01]\.\d{6}"', "closing_line_value profit": r'"-?\d{1,9}\.\d{4,6}"', "type": '"[a-z]+"'}
FORMS |= {"goals": r"null|\[\d+,\d+\]", "match of rank": r"\d+", "matches commitments": r"\[.*\]"}
parsed = json.JSONDecoder(parse_int=lambda x: int(x) if len(x) < 16 else x, parse_float=str, parse_constant=int).decode
canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def need(holds, otherwise):
    if not holds:
        sys.exit(f"WRONG: {otherwise}")


def is_signed(key, signature, message):
    def add(a, b):
        (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
        m, n, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D % P, 2 * z1 * z2
        e, f, g, h = n - m, d - c, d + c, n + m
        return e * f % P, g * h % P, f * g % P, e * h % P

    def point(y, sign):
        square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
        x = pow(square, (P + 3) // 8, P)
        x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
        x = x if x & 1 == sign else P - x
        return x, y, 1, x * y % P

    (sign, y), s = divmod(int.from_bytes(key, "little"), 2**255), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % L
    base, minus_key, total = point(BASE_Y, 0), point(y, 1 - sign), (0, 1, 1, 0)
    summands = [total, base, minus_key, add(base, minus_key)]
    for bit in reversed(range(256)):  # s B - k A
        total = add(add(total, total), summands[(s >> bit & 1) + 2 * (k >> bit & 1)])
    x, y = (each * pow(total[2], P - 2, P) % P for each in total[:2])
    return len(signature) == 64 and s < L and signature[:32] == (y + (x % 2 << 255)).to_bytes(32, "little")


@cache
def root_of(hashes):
    if len(hashes) < 64:
        return hashes or sha256().digest()
    middle = 32 << (len(hashes) // 32 - 1).bit_length() - 1
    return sha256(b"\1" + root_of(hashes[:middle]) + root_of(hashes[middle:])).digest()


def read(log, path):
    try:
        with urlopen(f"{log.rstrip('/')}/{path}", timeout=60) if "://" in log else (Path(log) / path).open("rb") as it:
            return it.read()
    except Exception as error:
        sys.exit(f"WRONG: {path} cannot be read: {error}")


def files(log, kind, size):  # of a level of tiles, or of bundles of entries
    for start in range(0, size, 256):
        end, index, number = min(start + 256, size), start // 256, f"{start // 256 % 1000:03}"
        while index := index // 1000:
            number = f"x{index % 1000:03}/{number}"
        path = f"tile/{kind}/{number}" + ("" if end - start == 256 else f".p/{end - start}")
        yield read(log, path), path, start, end


def checkpoint(note, keys):  # its size, its root, and when each key signed; the first key is the log's
    text, _, lines = note.rpartition("\n\n")
    (origin, size, root), (*lines, rest) = text.split("\n")[:3], lines.split("\n")
    signed = {}
    for number, verifier_key in enumerate(keys):
        name, key_id, encoded = verifier_key.split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        need(sha256(f"{name}\n".encode() + key).hexdigest()[:8] == key_id, f"the key of {name} has another id")
        for dash, owner, encoded in (line.split(" ") for line in lines):
            data = base64.b64decode(encoded, validate=True)
            if (dash, owner, data[:4].hex()) == ("—", name, key_id):
                at = int.from_bytes(data[4:-64], "big") if number else 0
                head = (f"cosignature/v1\ntime {at}\n" if number else "") + f"{text}\n"
                ok = len(data) == (76 if number else 68) and encoded == base64.b64encode(data).decode()
                need(ok and is_signed(key[1:], data[-64:], head.encode()), f"the checkpoint is not what {name} signed")
                signed[name] = datetime.fromtimestamp(min(max(at, 300), 2**37) - 300, UTC).isoformat()  # clocks differ
    ours = not rest and origin == keys[0].split("+")[0] in signed and re.fullmatch("0|[1-9][0-9]{0,14}", size)
    need(ours, "the log's key signed no checkpoint of this log")
    return int(size), base64.b64decode(root, validate=True), signed


def entries_of(log, size, root):  # and their hashes, which are those of the tiles and lead to the root
    entries, level = [], 0
    for data, path, _, end in files(log, "entries", size):
        place = 0
        while place < len(data):
            start = place + 2
            place = start + int.from_bytes(data[place:start], "big")
            entries.append(data[start:place])
        need(len(entries) == end and place == len(data), f"{path} is damaged")
    leaves = hashes = b"".join(sha256(b"\0" + entry).digest() for entry in entries)
    while hashes:
        for data, path, start, end in files(log, level, len(hashes) // 32):
            for i in range(start, end):
                same = data[32 * (i - start) : 32 * (i - start) + 32] == hashes[32 * i : 32 * i + 32]
                need(same, f"hash {i} of level {level} is damaged" if level else f"entry {i} is not that of the tree")
            need(len(data) == 32 * (end - start), f"{path} is damaged")
        hashes = b"".join(root_of(hashes[i : i + 8192]) for i in range(0, len(hashes) - 8191, 8192))
        level += 1
    need(root_of(leaves) == root, "the entries do not lead to the root of the checkpoint")
    return entries, leaves


def get(entry, name):
    form = next(form for names, form in FORMS.items() if name in names.split())
    return entry[name] if re.fullmatch(form, canonical(entry[name]), re.ASCII | re.DOTALL) else int("malformed")


def follow(entry, index, at, kick_offs, stated, results, sealed, picks, noted):
    kind, what = get(entry, "type"), f"entry {index}"
    if kind == "universe":
        for each in get(entry, "matches"):
            match, kick_off = get(each, "match"), get(each, "kick_off")
            kick_offs |= {match: kick_off} if at < kick_offs.get(match, "~") else {}
    elif kind in {"forecast", "abstention"}:
        match, kick_off = get(entry, "match"), get(entry, "kick_off")
        need(at < kick_off, f"{what}: match {match} began at {kick_off}, before {at}")
        kick_offs |= {match: kick_off} if at < kick_offs.get(match, "") else {}
        chances = [Decimal(get(entry, name)) for name in ("home", "draw", "away") if kind == "forecast"]
        need(not chances or abs(sum(chances) - 1) < 0.00001, f"{what}: the probabilities do not sum to 1")
        stated.setdefault(match, []).append((at, chances))
        sealed[index] = at, [get(entry, "commitment")] if chances else []
    elif kind == "picks":
        picks[index], sealed[index] = len(get(entry, "commitments")), (at, entry["commitments"])
    elif kind == "opening":
        of, content, committed = get(entry, "of"), entry["content"], get(entry, "commitment")
        hashed = sha256(bytes.fromhex(get(entry, "salt")) + canonical(content).encode()).hexdigest()
        made_at, listed = sealed.get(of, ("", []))
        need(hashed == committed and committed in listed, f"{what} opens another commitment")
        need(of not in picks or made_at < get(content, "kick_off"), f"entry {of} has a pick from after its kick-off")
        listed.remove(committed)
    elif kind == "result":
        results[get(entry, "match")] = get(entry, "goals")
    elif kind != "correction":
        of, rank = get(entry, "of"), get(entry, "rank")
        need(1 <= rank <= picks.get(of, 0), f"{what} is about a pick that is not there")
        figure = Decimal(get(entry, "profit" if kind == "settlement" else "closing_line_value"))
        noted[kind, (of, rank)] = [] if kind == "settlement" and entry.get("result") == "reversed" else [figure]


def scores(kick_offs, stated, results, noted, n):
    rps, log_loss = [], []
    for match, goals in results.items():
        before = [chances for at, chances in stated.get(match, []) if chances and at < kick_offs.get(match, "~")]
        if goals and before:
            won, (home, _, away) = 1 + (goals[0] < goals[1]) - (goals[0] > goals[1]), before[-1]
            rps.append(((home - (won == 0)) ** 2 + (away - (won == 2)) ** 2) / 2)
            log_loss.append(-math.log(max(before[-1][won], Decimal("0.0000005"))))
    values, net = ([x for (k, _), xs in noted.items() if k == kind for x in xs] for kind in ("closing", "settlement"))
    if rps:
        yield f"{len(rps)} of {len(kick_offs)} matches scored: RPS {mean(rps):.5f}, log loss {mean(log_loss):.5f}"
    if values:
        yield f"{len(values)} of {n} picks with a closing line: value {100 * mean(values):+.2f} %"
    if net:
        yield f"{len(net)} of {n} picks settled: profit {sum(net):+.2f} stakes ({100 * mean(net):+.1f} %)"


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Verify the record.")
    parser.add_argument("log", help="its address or folder")
    parser.add_argument("key", help="verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    parser.add_argument("--state", type=Path, default=Path("record.checkpoint"), help="the last checkpoint seen")
    args = parser.parse_args(arguments)
    what, floor, heads, keys = "a key or the checkpoint", "", {}, [args.key, *args.witness]
    kick_offs, stated, results, sealed, picks, noted = ({} for _ in range(6))
    try:
        note = read(args.log, "checkpoint").decode()
        size, root, signed = checkpoint(note, keys)
        entries, leaves = entries_of(args.log, size, root)
        what, past = "an older checkpoint", [args.state.read_bytes().decode()] if args.state.exists() else []
        for each in past + (json.loads(read(args.log, "history.json").decode()) if args.witness else []):
            past_size, past_root, past_signed = checkpoint(each, keys)
            same = past_size <= size and root_of(leaves[: 32 * past_size]) == past_root
            need(same, f"the log was rewritten: it had other entries when it had {past_size}")
            heads[past_size] = [*heads.get(past_size, [""]), *past_signed.values()]
        for index, body in enumerate(entries):
            what, floor = f"entry {index}", max(floor, *heads.get(index, [""]))
            entry = parsed(body.decode())
            need(canonical(entry).encode() == body, f"{what} is not in canonical form")
            need((at := get(entry, "at")) >= floor, f"{what} is back-dated: {at} after {floor}")
            follow(entry, index, floor := at, kick_offs, stated, results, sealed, picks, noted)
        for match, kick_off in sorted(kick_offs.items()):
            complete = kick_off > floor or any(at < kick_off for at, _ in stated.get(match, []))
            need(complete, f"match {match} of {kick_off} has neither a forecast nor an abstention from before it began")
        for of in list(picks)[:-3]:  # those of the last days may be hidden
            need(not sealed[of][1], f"a pick of entry {of} was never opened")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        sys.exit(f"WRONG: {what} is malformed: {error!r}")
    args.state.write_bytes(note.encode())
    lines = list(scores(kick_offs, stated, results, noted, sum(picks.values()))) or ["nothing to score yet"]
    signatures = f"signed by {', '.join(signed)}, and {sum(len(times) - 1 for times in heads.values())} times before"
    print(f"{size} entries are whole; {signatures}", *lines, sep="\n")


if __name__ == "__main__":
    main()
