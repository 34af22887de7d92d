"""Verify the record: python verify.py https://…/record|folder verifier-key [--witness verifier-key]… [--state file]

The log follows C2SP tlog-tiles, tlog-checkpoint and tlog-cosignature (https://c2sp.org) with the hashes of RFC 6962.
This program needs Python 3.11 alone and shares no code with the product. It names the first thing that is wrong. Its
only memory is the state file: the checkpoint of the last time, which the log must extend.
"""

import argparse
import base64
import hashlib
import json
import math
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean as mean

# Ed25519, RFC 8032, section 6.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def need(holds, otherwise):
    if not holds:
        raise ValueError(otherwise)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P


def multiply(n, point):
    rest = multiply(n >> 1, add(point, point)) if n else (0, 1)
    return add(rest, point) if n & 1 else rest


def point_of(data):
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and (x * x - square) % P == 0 and (x or not sign), "a signature is no point of the curve")
    return (x if x & 1 == sign else P - x), y


def is_signed(key, signature, message):
    r, a, s = point_of(signature[:32]), point_of(key), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = point_of(BASE_Y.to_bytes(32, "little"))
    return len(signature) == 64 and s < L and multiply(s, base) == add(r, multiply(k, a))


def root_of(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    middle = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(hashes[:middle]) + root_of(hashes[middle:])).digest()


def read(log, path):
    try:
        if not log.startswith(("https://", "http://")):
            return (Path(log) / path).read_bytes()
        with urllib.request.urlopen(f"{log.rstrip('/')}/{path}", timeout=60) as answer:
            return answer.read()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def files(log, kind, size):
    """Contents and widths of the tiles of a level, or of the bundles of entries."""
    for first in range(0, size, 256):
        index, width, number = first // 256, min(256, size - first), f"{first // 256 % 1000:03}"
        while index := index // 1000:
            number = f"x{index % 1000:03}/{number}"
        yield read(log, f"tile/{kind}/{number}" + ("" if width == 256 else f".p/{width}")), width


def checkpoint(note, key_text, witnesses=()):
    """Size, root and, by witness, the time at which it signed."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"

    def signatures(verifier_key):
        name, key_id, encoded = verifier_key.split("+", 2)
        key = base64.b64decode(encoded)
        need(hashlib.sha256(f"{name}\n".encode() + key).hexdigest()[:8] == key_id, f"the key of {name} has another id")
        found = [base64.b64decode(line.split(" ")[2]) for line in lines.splitlines() if line.startswith(f"— {name} ")]
        return [(key[1:], each[4:]) for each in found if each[:4].hex() == key_id]

    need(any(is_signed(key, x, text.encode()) for key, x in signatures(key_text)), "the log's key signed no checkpoint")
    origin, size, root = text.splitlines()[:3]
    need(origin == key_text.split("+")[0], f"the checkpoint is of another log: {origin}")
    seen = {}
    for witness in witnesses:
        for key, each in signatures(witness):
            at = int.from_bytes(each[:8], "big")
            if is_signed(key, each[8:], f"cosignature/v1\ntime {at}\n{text}".encode()):
                seen[witness.split("+")[0]] = (
                    f"{datetime.fromtimestamp(at - 300, UTC):%Y-%m-%dT%H:%M:%S}"  # its clock may differ
                )
    return int(size), base64.b64decode(root), seen


def entries_of(log, size, root):
    """All entries and their hashes, which are those of the tiles and lead to the root."""
    entries, level = [], 0
    for data, width in files(log, "entries", size):
        place, first = 0, len(entries)
        while place < len(data):
            end = place + 2 + int.from_bytes(data[place : place + 2], "big")
            entries.append(data[place + 2 : end])
            place = end
        need(len(entries) - first == width and place == len(data), f"the bundle that begins with {first} is damaged")
    leaves = hashes = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    while hashes:
        theirs = b"".join(data for data, _ in files(log, level, len(hashes)))
        for i, each in enumerate(hashes):
            what = f"entry {i} is not that of the tree" if level == 0 else f"hash {i} of level {level} is damaged"
            need(theirs[32 * i : 32 * i + 32] == each, what)
        hashes = [root_of(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
        level += 1
    need(root_of(leaves) == root, "the entries do not lead to the root of the checkpoint")
    return entries, leaves


def follow(entries, heads):
    """Checks entry after entry; returns kick-offs, forecasts and results by match, closing lines and settlements."""
    kick_offs, stated, forecasts, results, picks, closings, settled, last = {}, {}, {}, {}, {}, {}, {}, ""
    for index, body in enumerate(entries):
        entry = json.loads(body)
        kind, at, match = entry["type"], entry["at"], entry.get("match")
        need(canonical(entry).encode() == body, f"entry {index} is not in canonical form")
        need(at >= last, f"entry {index} is back-dated: {at} after {last}")
        seen = max((time for size, time in heads.items() if size <= index), default="")
        need(at > seen, f"entry {index} is back-dated to {at}: a witness saw the log without it later")
        last = at
        if kind == "universe":
            for each in entry["matches"]:
                if at < kick_offs.get(each["match"], "~"):
                    kick_offs[each["match"]] = each["kick_off"]
        elif kind in {"forecast", "abstention"}:
            need(at < entry["kick_off"], f"entry {index}: match {match} began at {entry['kick_off']}, before {at}")
            stated.setdefault(match, []).append(at)
            if at < kick_offs.get(match, ""):
                kick_offs[match] = entry["kick_off"]
            if kind == "forecast":
                forecasts.setdefault(match, []).append((at, [float(entry[name]) for name in ("home", "draw", "away")]))
        elif kind == "picks":
            picks[index] = entry["commitments"]
        elif kind == "opening":
            about, content, committed = json.loads(entries[entry["of"]]), entry["content"], entry["commitment"]
            hashed = hashlib.sha256(bytes.fromhex(entry["salt"]) + canonical(content).encode()).hexdigest()
            listed = about.get("commitments", [about.get("commitment")])
            need(hashed == committed and committed in listed, f"entry {index} opens another commitment")
            need(about["at"] < content.get("kick_off", "~"), f"entry {entry['of']} has a pick from after its kick-off")
        elif kind == "result":
            results[match] = entry["goals"]
        elif kind in {"closing", "settlement"}:
            need(
                1 <= entry["rank"] <= len(picks.get(entry["of"], [])),
                f"entry {index} is about a pick that is not there",
            )
            (closings if kind == "closing" else settled)[entry["of"], entry["rank"]] = entry
    for match, kick_off in sorted(kick_offs.items()):
        complete = kick_off > last or any(at < kick_off for at in stated.get(match, []))
        need(complete, f"match {match} of {kick_off} has neither a forecast nor an abstention from before it began")
    return kick_offs, forecasts, results, closings, settled


def scores(kick_offs, forecasts, results, closings, settled):
    """How good the record was, in lines."""
    rps, log_loss = [], []
    for match, versions in forecasts.items():
        goals, before = results.get(match), [p for at, p in versions if at < kick_offs.get(match, "~")]
        if goals and before:
            won = 0 if goals[0] > goals[1] else 1 if goals[0] == goals[1] else 2
            rps.append(((before[-1][0] - (won == 0)) ** 2 + (before[-1][2] - (won == 2)) ** 2) / 2)
            log_loss.append(-math.log(before[-1][won]))
    values = [float(each["closing_line_value"]) for each in closings.values()]
    profits = [float(each["profit"]) for each in settled.values()]
    if rps:
        yield f"{len(rps)} forecasts scored: RPS {mean(rps):.5f}, log loss {mean(log_loss):.5f}"
    if values:
        yield f"{len(values)} picks with a closing line: value {100 * mean(values):+.2f} %"
    if profits:
        yield f"{len(profits)} picks settled: profit {sum(profits):+.2f} stakes ({100 * mean(profits):+.1f} %)"


def main():
    parser = argparse.ArgumentParser(description="Verify the record.")
    parser.add_argument("log", help="its address or folder")
    parser.add_argument("key", help="verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    parser.add_argument("--state", type=Path, default=Path("record.checkpoint"), help="the last checkpoint seen")
    args = parser.parse_args()
    try:
        note = read(args.log, "checkpoint").decode()
        size, root, seen = checkpoint(note, args.key, args.witness)
        entries, leaves = entries_of(args.log, size, root)
        heads, past = {}, [args.state.read_text()] if args.state.exists() else []
        for each in [*past, *(json.loads(read(args.log, "history.json")) if args.witness else [])]:
            past_size, past_root, past_seen = checkpoint(each, args.key, args.witness)
            same = past_size <= size and root_of(leaves[:past_size]) == past_root
            need(same, f"the log was rewritten: it had other entries when it had {past_size}")
            heads |= {past_size: max(past_seen.values())} if past_seen else {}
        lines = list(scores(*follow(entries, heads))) or ["nothing to score yet"]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(f"WRONG: {error}")
    args.state.write_text(note)
    print(f"{size} entries are whole; signed by {', '.join([args.key.split('+')[0], *seen])}", *lines, sep="\n")


if __name__ == "__main__":
    main()
