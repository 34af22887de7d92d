"""Random records with one random damage each, as folders of files: what verifiers have to catch."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.ledger.checkpoint import Checkpoint
from shared.ledger.commitment import commitment
from shared.ledger.entries import correction, instant, result
from shared.ledger.entries import picks as picks_of
from shared.ledger.signed_note import VerifierKey, sign_note
from tests.ledger.keys import KEY, PRIVATE, WITNESS
from tests.ledger.log_folder import LogFolder, changed, parsed, publish, record

Steps = list[tuple[datetime, list[bytes]]]
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
LATER = timedelta(days=9)
ODD = [None, True, 0, -1, 1.5, 1e300, 10**16, "", "x", "é\u2028\x7f", "\ud800", [], {}, [1, 2], {"match": 1}]
ODD += ["2024-04-01T03:00:00.000000Z", "2024-4-1", "0.500000", "1.500000", "-0.000000", "00" * 32]
ODD += ["2024-02-30T03:00:00.000000Z", "2024-04-01T24:00:00.000000Z", "9999-04-01T03:00:00.000000Z"]
ODD_MEMBERS = ["kick_off", "match", "market", "outcome", "line", "price"]
ODD_PICKS = [None, 0, "", [], *ODD[-3:], "totals", "handicap", "h2h", "away", "draw", "under", "other"]
ODD_PICKS += ["0.10", "-0.30", "2.505000", "2.25", "-1.75", "1.000", "-2.100", "99.000"]


@dataclass
class Reading:
    """A log with what its reader knows."""

    folder: Path
    damage: str
    key: str = str(KEY)
    witnesses: list[str] = field(default_factory=list[str])
    past: list[str] = field(default_factory=list[str])  # checkpoints seen earlier
    # Whether a verifier must object; None if the damage may be one that no reader could know, such as a changed reason.
    caught: bool | None = True
    signed: str = ""  # the end of the first line that is printed of a true record, if the damage can show there
    by_hashes: bool | None = True  # whether hashes and signatures alone show it; None if that is left open


def reading(folder: Path, seed: int) -> Reading:
    """A random record with a random damage, written to a folder."""
    chance = Random(seed)
    more_than_one_tile = chance.random() < 0.03
    days, matches = (chance.randint(6, 8), 12) if more_than_one_tile else (chance.randint(1, 2), chance.randint(1, 4))
    steps = record(chance.randrange(10**9), days, matches)
    damage = chance.choice(DAMAGES)
    found = damage(chance, folder, steps)
    found.damage = damage.__name__
    return found


def _published(chance: Random, folder: Path, steps: Steps) -> tuple[LogFolder, Reading]:
    """A true log, whose reader may know a witness or an older checkpoint."""
    log = publish(folder, steps)
    witnesses = [str(WITNESS)] if chance.random() < 0.3 else []
    if not witnesses:  # whose lines such a reader cannot check
        (folder / "checkpoint").write_text("".join(log.notes[-1].splitlines(keepends=True)[:-1]))
    known = Reading(folder, "", witnesses=witnesses, past=chance.choice([[], log.notes[-1:], log.notes[:1]]))
    known.signed = _signed(log, known)
    return log, known


def _signed(log: LogFolder, known: Reading) -> str:
    names = [KEY.name, *[WITNESS.name for _ in known.witnesses]]
    notes = len(known.past) + (len(log.notes) if known.witnesses else 0)
    return f"signed by {', '.join(names)}, and {notes * len(names)} times before"


def _files(chance: Random, log: LogFolder, known: Reading) -> Path:
    """One of the files that its newest checkpoint needs."""
    size, paths, level = len(log.entries), ["checkpoint"], 0
    paths += ["history.json"] if known.witnesses else []
    for start in range(0, size, 256):
        paths.append(_path("entries", start // 256, min(256, size - start)))
    while size:
        paths += [_path(str(level), start // 256, min(256, size - start)) for start in range(0, size, 256)]
        level, size = level + 1, size // 256
    return log.folder / chance.choice(paths)


def _path(kind: str, index: int, width: int) -> str:
    return f"tile/{kind}/{index:03}" + ("" if width == 256 else f".p/{width}")


def flipped_bit(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    path = _files(chance, log, known)
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return known


def removed_file(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    _files(chance, log, known).unlink()
    return known


def truncated_file(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    path = _files(chance, log, known)
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])
    return known


def lengthened_file(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    path = _files(chance, log, known)
    known.by_hashes = None  # a reader of tiles may ignore what comes after
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.choice([1, 2, 32, 33, 70])))
    return known


def swapped_entries_of_a_bundle(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    size = len(log.entries)
    width = min(256, size)
    first, second = sorted(chance.sample(range(width), 2))
    entries = log.entries[:width]
    entries[first], entries[second] = entries[second], entries[first]
    data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    (folder / _path("entries", 0, width)).write_bytes(data)
    return known


def another_key(chance: Random, folder: Path, steps: Steps) -> Reading:
    _, known = _published(chance, folder, steps)
    stranger = STRANGER.public_key().public_bytes_raw()
    known.key = str(VerifierKey(*chance.choice([(KEY.name, stranger), ("example.org/other", KEY.public_key)])))
    return known


def forged_signature(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A signature of the log or of the witness by a stranger's key."""
    log, known = _published(chance, folder, steps)
    known.witnesses = [str(WITNESS)]
    text, _, lines = log.notes[-1].rpartition("\n\n")
    forged = [lines.splitlines()[0], lines.splitlines()[1]]
    place = chance.randrange(2)
    start, _, encoded = forged[place].rpartition(" ")
    data = b64decode(encoded)
    signature = STRANGER.sign(f"{text}\n".encode())
    forged[place] = f"{start} {b64encode(data[:-64] + signature).decode()}"
    (folder / "checkpoint").write_text(f"{text}\n\n" + "".join(f"{line}\n" for line in forged))
    return known


def signature_written_otherwise(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A signature whose last character has other spare bits: it decodes to the same bytes, and is another file."""
    _, known = _published(chance, folder, steps)
    first, equals, rest = (folder / "checkpoint").read_text().partition("=\n\n")
    signature, end, others = rest.partition("=\n")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(signature[-1]) ^ chance.randint(1, 3)]
    (folder / "checkpoint").write_text(f"{first}{equals}{signature[:-1]}{other}{end}{others}")
    return known


def another_root(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A root that the log signed, and that its entries do not lead to."""
    log, known = _published(chance, folder, steps)
    known.witnesses, known.past = [], []
    checkpoint = Checkpoint(KEY.name, len(log.entries), chance.randbytes(32))
    (folder / "checkpoint").write_text(sign_note(str(checkpoint), KEY, PRIVATE.sign))
    return known


def missing_cosignature(chance: Random, folder: Path, steps: Steps) -> Reading:
    """The witness did not sign the newest checkpoint: it is not named among those who did."""
    log, known = _published(chance, folder, steps)
    known.witnesses = [str(WITNESS)]
    known.signed = _signed(log, known)
    (folder / "checkpoint").write_text("".join(log.notes[-1].splitlines(keepends=True)[:-1]))
    return known


def rolled_back_checkpoint(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    (folder / "checkpoint").write_text(log.notes[0])
    known.past = [log.notes[-1]]
    return known


def _rebuilt(chance: Random, folder: Path, steps: Steps, entries: Sequence[bytes]) -> Reading:
    """A log that its operator rebuilt; the reader or the witness saw the true one."""
    true = publish(folder / "true", steps)
    log = LogFolder(folder)
    log.append(entries, steps[-1][0] + LATER)
    known = Reading(folder, "")
    if chance.random() < 0.7:
        known.past = [true.notes[chance.choice([-1, -1, 0])]]
        known.caught = None if known.past == true.notes[:1] else True
    else:
        known.witnesses = [str(WITNESS)]
        log.write("history.json", json.dumps(true.notes).encode())
    return known


def removed_entry(chance: Random, folder: Path, steps: Steps) -> Reading:
    entries = _entries(steps)
    del entries[chance.randrange(len(entries))]
    return _rebuilt(chance, folder, steps, entries)


def reordered_entries(chance: Random, folder: Path, steps: Steps) -> Reading:
    entries = _entries(steps)
    first, second = chance.sample(range(len(entries)), 2)
    entries[first], entries[second] = entries[second], entries[first]
    return _rebuilt(chance, folder, steps, entries)


def changed_number(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A probability, a price's value, a score or a profit that was made up afterwards."""
    entries = _entries(steps)
    values = {"home": "0.990000", "goals": [9, 0], "profit": "9.0000", "closing_line_value": "0.500000"}
    places = [(i, name) for i, body in enumerate(entries) for name in values if name in parsed(body)]
    place, name = chance.choice(places)
    entries[place] = changed(entries[place], **{name: values[name]})
    return _rebuilt(chance, folder, steps, entries)


def added_entry(chance: Random, folder: Path, steps: Steps) -> Reading:
    entries = _entries(steps)
    place = chance.randrange(len(entries))
    entries.insert(place, chance.choice([entry for entry in entries if entry != entries[place]]))
    return _rebuilt(chance, folder, steps, entries)


def add_later_days(steps: Steps) -> None:
    """Three days without a pick."""
    for number in range(3):
        at = steps[-1][0] + (number + 1) * LATER
        steps.append((at, [picks_of(at, at.date(), [], {}, "no_match")]))


def _by_contents(folder: Path, steps: Steps) -> Reading:
    """A log that its operator rebuilt for a reader without an earlier state: its contents show that it is wrong."""
    publish(folder, steps)
    return Reading(folder, "", by_hashes=False)


def forecast_after_kick_off(chance: Random, folder: Path, steps: Steps) -> Reading:
    body = chance.choice(_of_type(steps, "forecast", "abstention"))
    late = steps[-1][0] + LATER
    steps.append((late, [changed(body, at=late.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))]))
    return _by_contents(folder, steps)


def back_dated_entry(chance: Random, folder: Path, steps: Steps) -> Reading:
    steps.append((steps[-1][0] + LATER, [steps[0][1][0]]))
    return _by_contents(folder, steps)


def back_dated_past_a_witness(chance: Random, folder: Path, steps: Steps) -> Reading:
    last = steps[-1][1][-1]
    steps += [(steps[-1][0] + LATER, []), (steps[-1][0] + 2 * LATER, [last])]
    known = _by_contents(folder, steps)
    known.witnesses = [str(WITNESS)]
    return known


def match_left_out(chance: Random, folder: Path, steps: Steps) -> Reading:
    body = chance.choice(_of_type(steps, "forecast", "abstention"))
    _replace(steps, body, changed(body, match=999_999))
    return _by_contents(folder, steps)


def false_opening(chance: Random, folder: Path, steps: Steps) -> Reading:
    body = chance.choice(_of_type(steps, "opening"))
    of = {"of": chance.randrange(-1, 100)} if chance.random() < 0.3 else {"content": {"price": "9.999"}}
    of = of if of.get("of") != parsed(body)["of"] else {"salt": "00" * 32}
    _replace(steps, body, changed(body, **of))
    return _by_contents(folder, steps)


def pick_never_opened(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A pick that lost, and that its operator would rather not show; later days came."""
    picks = {index: body for index, body in enumerate(_entries(steps)) if parsed(body)["type"] == "picks"}
    opening = chance.choice([body for body in _of_type(steps, "opening") if parsed(body)["of"] in picks])
    _replace(steps, opening, correction(datetime.fromisoformat(str(parsed(opening)["at"])), 0, "mistyped"))
    add_later_days(steps)
    return _by_contents(folder, steps)


def odd_pick(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A pick whose commitment is about an odd content."""
    picks = {index: body for index, body in enumerate(_entries(steps)) if parsed(body)["type"] == "picks"}
    body = chance.choice([body for body in _of_type(steps, "opening") if parsed(body)["of"] in picks])
    opening: dict[str, Any] = parsed(body)
    content = opening["content"] | {chance.choice(ODD_MEMBERS): chance.choice(ODD_PICKS)}
    committed = commitment(bytes.fromhex(opening["salt"]), content)
    picked = picks[opening["of"]]
    _replace(steps, picked, changed(picked, commitments=[committed]))
    _replace(steps, body, changed(body, content=content, commitment=committed))
    known = _by_contents(folder, steps)
    known.caught = None
    return known


def wrong_settlement(chance: Random, folder: Path, steps: Steps) -> Reading:
    """Another profit or result than the score gives, another score than the match's, or a stake that was given back."""
    body = chance.choice(_of_type(steps, "settlement"))
    settled = parsed(body)
    profits, results = {"-1.0000", "-0.5000", "0.0000", "0.5500", "1.1000"}, {"won", "half_won", "push", "lost", "void"}
    wrong = [{"profit": each} for each in profits - {settled["profit"]}]
    wrong += [{"result": each} for each in results - {settled["result"]}]
    wrong += [{"score": each} for each in (None, "9-0", "0-9", "5-5")]
    wrong += [{"result": "void", "score": None, "profit": "0.0000"}]
    _replace(steps, body, changed(body, **chance.choice(wrong)))
    return _by_contents(folder, steps)


def wrong_closing_line_value(chance: Random, folder: Path, steps: Steps) -> Reading:
    body = chance.choice(_of_type(steps, "closing"))
    name = chance.choice(["fair_probability", "closing_line_value"])
    value = Decimal(str(parsed(body)[name])) + chance.choice([-1, 1]) * Decimal(chance.choice(["0.000001", "0.01"]))
    _replace(steps, body, changed(body, **{name: str(value)}))
    return _by_contents(folder, steps)


def pick_never_settled(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A pick that lost; later days came."""
    body = chance.choice(_of_type(steps, "settlement"))
    _replace(steps, body, correction(datetime.fromisoformat(str(parsed(body)["at"])), 0, "mistyped"))
    add_later_days(steps)
    return _by_contents(folder, steps)


def settlement_of_a_score_before_its_correction(chance: Random, folder: Path, steps: Steps) -> Reading:
    """The score of a pick's match was corrected, and the pick was not settled again."""
    at = steps[-1][0]
    pick = chance.choice(_picked(steps))
    kick_off = datetime.fromisoformat(pick["kick_off"])
    steps.append((at, [result(at, pick["match"], kick_off, "finished", chance.choice([(9, 0), (0, 9), (5, 5)]))]))
    add_later_days(steps)
    return _by_contents(folder, steps)


def moved_match(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A match that was played on another day than its pick was for."""
    body = chance.choice(_of_type(steps, "result"))
    hours = chance.randint(-100, 100)
    moved = datetime.fromisoformat(str(parsed(body)["kick_off"])) + timedelta(hours=hours)
    _replace(steps, body, changed(body, kick_off=instant(moved)))
    known = _by_contents(folder, steps)
    picked = parsed(body)["match"] in {match["match"] for match in _picked(steps)}
    known.caught = picked and abs(hours) > 72
    return known


def no_probabilities(chance: Random, folder: Path, steps: Steps) -> Reading:
    bodies = _of_type(steps, "forecast")
    if not bodies:
        return match_left_out(chance, folder, steps)
    body = chance.choice(bodies)
    _replace(steps, body, changed(body, **{chance.choice(["home", "draw", "away"]): "0.900000"}))
    return _by_contents(folder, steps)


def unknown_pick(chance: Random, folder: Path, steps: Steps) -> Reading:
    body = chance.choice(_of_type(steps, "closing", "settlement"))
    _replace(steps, body, changed(body, **chance.choice([{"rank": 2}, {"rank": 0}, {"of": 0}, {"of": 10_000}])))
    return _by_contents(folder, steps)


def odd_member(chance: Random, folder: Path, steps: Steps) -> Reading:
    """A member with an odd value, or one too few or too many, in an entry that is otherwise as it should be."""
    body = chance.choice(_entries(steps))
    entry: dict[str, Any] = parsed(body)
    inner: dict[str, object] = chance.choice([entry, *entry.get("matches", [entry.get("content", entry)])])
    name = chance.choice([*inner, "other", "\U00010400"])
    if name == "\U00010400":
        inner |= {name: 1, "\ue000": 2}  # which are in another order by UTF-16
    elif chance.random() < 0.2:
        inner.pop(name, None)
    else:
        inner[name] = chance.choice(ODD)
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    _replace(steps, body, text.encode(errors="surrogatepass" if chance.random() < 0.5 else "backslashreplace"))
    known = _by_contents(folder, steps)
    known.caught = None
    return known


def odd_json(chance: Random, folder: Path, steps: Steps) -> Reading:
    """An entry of the same value in another form, or that is no JSON, or no object."""
    body = chance.choice(_entries(steps))
    entry = parsed(body)
    text = body.decode()
    forms = [json.dumps(entry), json.dumps(dict(reversed(entry.items())), separators=(",", ":")), f"\ufeff{text}"]
    forms += [text[:-1], f"{text} ", text.replace('"at"', '"at":"2024","at"'), text.replace("a", "\\u0061", 1)]
    forms += ["null", "[]", '"at"', "7", "", "NaN", "[" * 30_000, '{"at":1e2}']
    forms += [text[:-1] + ',"~":"\\ud800"}', text[:-1] + ',"~":"\udcff"}']  # half a surrogate pair, and no UTF-8
    _replace(steps, body, chance.choice(forms).encode(errors="surrogateescape"))
    return _by_contents(folder, steps)


def odd_history(chance: Random, folder: Path, steps: Steps) -> Reading:
    log, known = _published(chance, folder, steps)
    known.witnesses, known.by_hashes = [str(WITNESS)], None
    note = log.notes[0]
    forms = [None, {}, "", [None], [""], [["x"]], 1, [note[:-5]], [note, "\ud800\n1\n\n"], {note: 1}]
    log.write("history.json", json.dumps(chance.choice(forms)).encode())
    return known


def _picked(steps: Steps) -> list[dict[str, Any]]:
    """The contents of the opened picks."""
    contents: list[Any] = [parsed(body)["content"] for body in _of_type(steps, "opening")]
    return [content for content in contents if "price" in content]


def _entries(steps: Steps) -> list[bytes]:
    return [body for _, bodies in steps for body in bodies]


def _of_type(steps: Steps, *kinds: str) -> list[bytes]:
    return [body for body in _entries(steps) if parsed(body)["type"] in kinds]


def _replace(steps: Steps, body: bytes, other: bytes) -> None:
    for _, bodies in steps:
        bodies[:] = [other if each is body else each for each in bodies]


DAMAGES: list[Callable[[Random, Path, Steps], Reading]] = [
    flipped_bit,
    removed_file,
    truncated_file,
    lengthened_file,
    swapped_entries_of_a_bundle,
    another_key,
    forged_signature,
    signature_written_otherwise,
    another_root,
    missing_cosignature,
    rolled_back_checkpoint,
    removed_entry,
    reordered_entries,
    changed_number,
    added_entry,
    forecast_after_kick_off,
    back_dated_entry,
    back_dated_past_a_witness,
    match_left_out,
    false_opening,
    pick_never_opened,
    odd_pick,
    wrong_settlement,
    wrong_closing_line_value,
    pick_never_settled,
    settlement_of_a_score_before_its_correction,
    moved_match,
    no_probabilities,
    unknown_pick,
    odd_member,
    odd_json,
    odd_history,
]
