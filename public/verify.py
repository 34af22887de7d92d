"""Verify the record: python verify.py https://…/record|folder verifier-key [--witness verifier-key]… [--state file]"""

import argparse
import base64
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256, sha512
from pathlib import Path
from statistics import mean
from urllib.request import urlopen

P, L, Y = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, 4 * (2**255 - 18) // 5  # Ed25519, RFC 8032, 5.1
D, X = -121665 * pow(121666, P - 2, P) % P, 0x216936D3CD6E53FEC0A4E231FDD6DC5C692CC7609525A7B2C9562D608F25D51A
FORMS = {"at kick_off": r'"[12]\d{3}(-\d\d){2}T(?!24)(\d\d:){2}\d\d\.\d{6}Z"', "commitment salt": '"[0-9a-f]{64}"'}
FORMS |= {"home draw away fair_probability at_risk": r'"[01]\.\d{6}"', "commitments": r'\[("[0-9a-f]{64}",?)*\]'}
FORMS |= {"price line profit closing_line_value": r'"-?\d{1,9}\.\d{2,6}"', "market outcome type result": '"[a-z0-9_]+"'}
FORMS |= {"goals": r"null|\[\d+,\d+\]", "score": r'null|"\d+-\d+"', "match of rank": r"\d+", "matches": r"\[.*\]"}
STATES = {"result": "goals kick_off", "opening": "kick_off match market outcome line price"}
STATES |= {"settlement": "result score profit", "closing": "fair_probability at_risk closing_line_value"}
parsed = json.JSONDecoder(parse_int=lambda x: int(x) if len(x) < 16 else x, parse_float=str, parse_constant=int).decode
canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def need(holds, otherwise):
    if not holds:
        raise SystemExit(f"WRONG: {otherwise}")


def is_signed(key, signature, message):
    def add(a, b):
        (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
        e, h, c, d = x1 * y2 + x2 * y1, y1 * y2 + x1 * x2, t1 * t2 * D % P, z1 * z2
        return e * (d - c) % P, h * (d + c) % P, (d - c) * (d + c) % P, e * h % P

    (sign, y), s = divmod(int.from_bytes(key, "little"), 2**255), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % L
    x = pow(square := (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    x = x if x & 1 != sign else P - x
    total, base, minus_key = (0, 1, 1, 0), (X, Y, 1, X * Y % P), (x, y, 1, x * y % P)
    summands = [total, base, minus_key, add(base, minus_key)]
    for bit in reversed(range(256)):  # s B - k A
        total = add(add(total, total), summands[(s >> bit & 1) + 2 * (k >> bit & 1)])
    x, y = (each * pow(total[2], P - 2, P) % P for each in total[:2])
    return len(signature) == 64 and s < L and signature[:32] == (y + (x % 2 << 255)).to_bytes(32, "little")


@cache
def root_of(hashes):
    middle = 32 << max(len(hashes) // 32 - 1, 1).bit_length() - 1
    left, right = hashes[:middle], hashes[middle:]
    return sha256(b"\1" + root_of(left) + root_of(right)).digest() if right else left or sha256().digest()


def read(log, path):
    try:
        return urlopen(f"{log.rstrip('/')}/{path}", timeout=60).read() if "://" in log else Path(log, path).read_bytes()
    except Exception as error:
        raise SystemExit(f"WRONG: {path} cannot be read: {error}") from error


def files(log, kind, size):  # of a level of tiles, or of bundles of entries
    for start in range(0, size, 256):
        end, digits = min(start + 256, size), str(start // 256)
        number = re.sub(r"(\d{3})(?=\d)", r"x\1/", digits.zfill(len(digits) + -len(digits) % 3))
        path = f"tile/{kind}/{number}" + ("" if end - start == 256 else f".p/{end - start}")
        yield read(log, path), path, start, end


def checkpoint(note, keys):  # its size, its root, and when each key signed; the first key is the log's
    signed, (text, _, lines) = {}, note.rpartition("\n\n")
    (origin, size, root), (*lines, rest) = text.split("\n")[:3], lines.split("\n")
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
    entries = []
    for data, path, _, end in files(log, "entries", size):
        place = 0
        while place < len(data):
            start, place = place + 2, place + 2 + int.from_bytes(data[place : place + 2], "big")
            entries.append(data[start:place])
        need(len(entries) == end and place == len(data), f"{path} is damaged")
    leaves = hashes = b"".join(sha256(b"\0" + entry).digest() for entry in entries)
    for level in range(8):
        for data, path, start, end in files(log, level, len(hashes) // 32):
            for i in range(start, end):
                same = data[32 * (i - start) : 32 * (i - start) + 32] == hashes[32 * i : 32 * i + 32]
                need(same, f"hash {i} of level {level} is damaged" if level else f"entry {i} is not that of the tree")
            need(len(data) == 32 * (end - start), f"{path} is damaged")
        hashes = b"".join(root_of(hashes[i : i + 8192]) for i in range(0, len(hashes) - 8191, 8192))
    need(root_of(leaves) == root, "the entries do not lead to the root of the checkpoint")
    return entries, leaves


def get(entry, name):
    form = next(form for names, form in FORMS.items() if name in names.split())
    value = entry[name] if re.fullmatch(form, canonical(entry[name]), re.ASCII | re.DOTALL) else int("malformed")
    return value if name != "kick_off" or datetime.fromisoformat(value) else None


def follow(entry, index, at, kick_offs, stated, sealed, picks, noted):
    kind, what = get(entry, "type"), f"entry {index}"
    for each in get(entry, "matches") if kind == "universe" else [entry] if kind in {"forecast", "abstention"} else []:
        match, kick_off = get(each, "match"), get(each, "kick_off")
        need(kind == "universe" or at < kick_off, f"{what}: match {match} began at {kick_off}, before {at}")
        kick_offs |= {match: kick_off} if at < kick_offs.get(match, "~" if kind == "universe" else "") else {}
    if kind in {"forecast", "abstention"}:
        chances = [Decimal(get(entry, name)) for name in ("home", "draw", "away") if kind == "forecast"]
        need(not chances or abs(sum(chances) - 1) < 0.00001, f"{what}: the probabilities do not sum to 1")
        stated.setdefault(match, []).append((at, chances))
        sealed |= {(index, get(entry, "commitment")): (at, 1)} if chances else {}
    elif kind == "picks":
        picks[index] = len(get(entry, "commitments"))
        sealed |= {(index, each): (at, rank) for rank, each in enumerate(entry["commitments"], 1)}
    elif kind == "opening":
        of, content, committed = get(entry, "of"), entry["content"], get(entry, "commitment")
        hashed = sha256(bytes.fromhex(get(entry, "salt")) + canonical(content).encode()).hexdigest()
        made_at, rank = sealed.pop((of, committed), ("", 0))
        need(rank and hashed == committed, f"{what} opens another commitment")
        need(of not in picks or made_at < get(content, "kick_off"), f"entry {of} has a pick from after its kick-off")
        noted[kind] |= {(of, rank): [get(content, name) for name in STATES[kind].split()]} if of in picks else {}
    elif kind not in {"universe", "correction"}:
        key = get(entry, "match") if kind == "result" else (get(entry, "of"), get(entry, "rank"))
        need(kind == "result" or 1 <= key[1] <= picks.get(key[0], 0), f"{what} is about a pick that is not there")
        noted[kind].setdefault(key, []).append((index, *(get(entry, name) for name in STATES[kind].split())))


def scores(kick_offs, stated, sealed, picks, noted):
    def ended(goals, market, outcome, line, price):  # the result of a pick, and its profit for a stake of 1
        side, line, win = {"home": 1, "over": 1, "draw": 0}.get(outcome, -1), Decimal(line), Decimal(price) - 1
        right = side == ((lead := goals[0] - goals[1]) > 0) - (lead < 0)
        beyond = {"totals": side * (sum(goals) - line), "handicap": side * lead + line}.get(market, 2 * right - 1)
        won = max(-1, min(1, 2 * beyond))  # the share of the stake that is not refunded; lost if negative
        return {1: "won", 0.5: "half_won", 0: "push", -0.5: "half_lost"}.get(won, "lost"), won * win if won > 0 else won

    rps, log_loss, values, net, n = [], [], [], [], sum(picks.values())
    due = [-1, -1, -1, *picks][-3]  # since then picks may be hidden, and results not be settled yet
    for of, _ in sealed:
        need(of not in picks or of >= due, f"a pick of entry {of} was never opened")
    for (of, rank), (kick_off, match, *bet) in noted["opening"].items():
        for index, fair, at_risk, value in noted["closing"].get((of, rank), [])[:1]:
            values.append(((Decimal(bet[-1]) * Decimal(fair) - 1) * Decimal(at_risk)).quantize(Decimal("0.000001")))
            need(values[-1] == Decimal(value), f"entry {index} states another closing-line value than its prices give")
        ends, results = {}, noted["result"].get(match, [(-1, None, kick_off)])
        for _, goals, moved in results[-1:] if results[-1][0] < due else results:
            days = abs(datetime.fromisoformat(moved) - datetime.fromisoformat(kick_off)) / timedelta(days=1)
            ends |= {None: ("void", 0)} if not goals or days > 2 else {}
            ends |= {"{}-{}".format(*goals): ended(goals, *bet)} if goals and days <= 3 else {}
        settled = noted["settlement"].get((of, rank), [])[-1:]
        need(settled or None in ends or results[-1][0] >= due, f"a pick of entry {of} was never settled")
        for index, result, score, profit in settled:
            net.append(Decimal(profit))
            need(ends.get(score) == (result, net[-1]), f"entry {index} settles its pick otherwise than its match ended")
    for match, (*_, (_, goals, _)) in noted["result"].items():
        before = [chances for at, chances in stated.get(match, []) if chances and at < kick_offs.get(match, "~")]
        if goals and before:
            won, (home, _, away) = 1 + (goals[0] < goals[1]) - (goals[0] > goals[1]), before[-1]
            rps.append(((home - (won == 0)) ** 2 + (away - (won == 2)) ** 2) / 2)
            log_loss.append(-max(before[-1][won], Decimal("0.0000005")).ln())
    if rps:
        yield f"{len(rps)} of {len(kick_offs)} matches scored: RPS {mean(rps):.5f}, log loss {mean(log_loss):.5f}"
    if values:
        yield f"{len(values)} of {n} picks with a closing line: value {100 * mean(values):+.2f} %"
    if net:
        yield f"{len(net)} of {n} picks settled: profit {sum(net):+.2f} stakes ({100 * mean(net):+.1f} %)"


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Verify the record: a log of C2SP tlog-tiles (https://c2sp.org).")
    parser.add_argument("log", help="its address or folder")
    parser.add_argument("key", help="verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    parser.add_argument("--state", type=Path, default="record.checkpoint", help="the last one seen; the log extends it")
    args = parser.parse_args(arguments)
    what, floor, heads, log, keys = "a key or the checkpoint", "", {}, args.log, [args.key, *args.witness]
    state = kick_offs, stated, *_ = *({} for _ in range(4)), {kind: {} for kind in STATES}
    try:
        size, root, signed = checkpoint(note := read(log, "checkpoint").decode(), keys)
        entries, leaves = entries_of(log, size, root)
        what, past = "an older checkpoint", [args.state.read_bytes().decode()] if args.state.exists() else []
        for each in past + (json.loads(read(log, "history.json").decode()) if args.witness else []):
            past_size, past_root, past_signed = checkpoint(each, keys)
            same = past_size <= size and root_of(leaves[: 32 * past_size]) == past_root
            need(same, f"the log was rewritten: it had other entries when it had {past_size}")
            heads[past_size] = [*heads.get(past_size, [""]), *past_signed.values()]
        for index, body in enumerate(entries):
            what, floor = f"entry {index}", max(floor, *heads.get(index, [""]))
            need(canonical(entry := parsed(body.decode())).encode() == body, f"{what} is not in canonical form")
            need((at := get(entry, "at")) >= floor, f"{what} is back-dated: {at} after {floor}")
            follow(entry, index, floor := at, *state)
        for match, kick_off in sorted(kick_offs.items()):
            complete = kick_off > floor or any(at < kick_off for at, _ in stated.get(match, []))
            need(complete, f"match {match} of {kick_off} has neither a forecast nor an abstention from before it began")
        signers = f"signed by {', '.join(signed)}, and {sum(len(times) - 1 for times in heads.values())} times before"
        print(f"{size} entries are whole; {signers}", *(list(scores(*state)) or ["nothing to score yet"]), sep="\n")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise SystemExit(f"WRONG: {what} is malformed: {error!r}") from error
    args.state.write_bytes(note.encode())


if __name__ == "__main__":
    main()
