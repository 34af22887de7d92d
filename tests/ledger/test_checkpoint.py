"""Checkpoints, their signatures and those of witnesses, by the examples of the specifications and a second opinion."""

import pytest

from shared.ledger.checkpoint import (
    Checkpoint,
    cosigned_at,
    cosigned_message,
    is_signed,
    parse_checkpoint,
    witness_request,
)
from shared.ledger.merkle_tree import EMPTY_ROOT
from shared.ledger.signed_note import (
    InvalidNote,
    Signature,
    VerifierKey,
    parse_note,
    parse_signature,
    parse_verifier_key,
    sign_note,
)
from tests.ledger.keys import KEY, PRIVATE, WITNESS, WITNESS_PRIVATE, verify

SIGNATURE = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
EXAMPLE = f"""\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa {SIGNATURE}
"""
"""Of https://c2sp.org/tlog-checkpoint."""
CHECKPOINT = Checkpoint("example.org/log", 3, EMPTY_ROOT)


def test_the_example_of_the_specification_is_parsed_and_written_alike() -> None:
    checkpoint, signatures = parse_checkpoint(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert f"{checkpoint}\n{signatures[0]}" == EXAMPLE


def test_a_note_is_verified_by_its_key_alone() -> None:
    note = sign_note(str(CHECKPOINT), KEY, PRIVATE.sign)
    assert is_signed(note, KEY, verify)
    other = VerifierKey("example.org/other", KEY.public_key)
    assert not is_signed(note, other, verify)
    assert not is_signed(note.replace("\n3\n", "\n4\n"), KEY, verify)


@pytest.mark.case("O7")
def test_after_a_rotation_old_checkpoints_verify_by_the_old_key() -> None:
    new = VerifierKey(KEY.name, WITNESS_PRIVATE.public_key().public_bytes_raw())
    old_note, new_note = (
        sign_note(str(CHECKPOINT), KEY, PRIVATE.sign),
        sign_note(str(CHECKPOINT), new, WITNESS_PRIVATE.sign),
    )
    assert [is_signed(old_note, key, verify) for key in (KEY, new)] == [True, False]
    assert [is_signed(new_note, key, verify) for key in (KEY, new)] == [False, True]


def test_one_of_several_signatures_is_enough() -> None:
    by_other = Signature("example.org/other", b"1234", bytes(64))
    note = sign_note(str(CHECKPOINT), KEY, PRIVATE.sign)
    assert is_signed(note + str(by_other), KEY, verify)
    assert [each.name for each in parse_checkpoint(note + str(by_other))[1]] == [KEY.name, "example.org/other"]


def test_the_signatures_of_a_note_follow_its_last_empty_line() -> None:
    text = "one\n\ntwo\n"
    note = sign_note(text, KEY, PRIVATE.sign)
    assert parse_note(note)[0] == text
    assert is_signed(note, KEY, verify)


def test_a_text_without_a_final_line_break_is_not_signed() -> None:
    with pytest.raises(InvalidNote, match="a note ends with a line break"):
        sign_note("text", KEY, PRIVATE.sign)


def test_keys_are_parsed_from_their_text() -> None:
    for key in (KEY, WITNESS):
        assert parse_verifier_key(f" {key}\n") == key


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "'.*' is no Ed25519 verifier key") for text in ("", "name", "name+00000000+AQ==")),
        ("name+00000000+%%", "'.*' is no verifier key"),
        (str(VerifierKey("", KEY.public_key)), "'.*' is no Ed25519 verifier key"),
        (str(VerifierKey("name", KEY.public_key, kind=2)), "'.*' is no Ed25519 verifier key"),
        (str(VerifierKey("name", KEY.public_key + b"1")), "'.*' is no Ed25519 verifier key"),
        (str(KEY).replace("log+", "log2+"), r"the key id of '.*' should be \w{8}"),
    ],
)
def test_a_malformed_key_is_rejected(text: str, reason: str) -> None:
    with pytest.raises(InvalidNote, match=rf"^{reason}$"):
        parse_verifier_key(text)


NO_CHECKPOINT = "a checkpoint has an origin, a size and a root"
NO_NOTE = "a note is a text, an empty line and lines of signatures"


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("", NO_NOTE),
        ("example.org/log\n3\n", NO_NOTE),
        (EXAMPLE[:-1], NO_NOTE),
        (EXAMPLE.replace("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", ""), NO_CHECKPOINT),
        (EXAMPLE.replace("example.com/behind-the-sofa\n2", "\n2"), NO_CHECKPOINT),
        (EXAMPLE.replace("20852163", "020852163"), NO_CHECKPOINT),
        (EXAMPLE.replace("20852163", "-1"), NO_CHECKPOINT),
        (EXAMPLE.replace("CsUY", "Cs"), "the root of the checkpoint is no base64"),
        (EXAMPLE.replace("CsUY", "%sUY"), "the root of the checkpoint is no base64"),
        (EXAMPLE.replace("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "AAAA"), "a root has 32 bytes, not 3"),
        (EXAMPLE.replace("— ", "- "), "'- .*' is no line of a signature"),
        (EXAMPLE.replace("Az3grlgt", "%%%"), "'— .*' is no line of a signature"),
        (EXAMPLE.replace("— example.com/behind-the-sofa", "— "), "'—  .*' is no line of a signature"),
        (EXAMPLE.replace(SIGNATURE, "Az3grg=="), "'— .*' is no line of a signature"),
    ],
)
def test_a_malformed_checkpoint_is_rejected(note: str, reason: str) -> None:
    with pytest.raises(InvalidNote, match=rf"^{reason}$"):
        parse_checkpoint(note)


def test_lines_after_the_root_are_extensions() -> None:
    """C2SP tlog-checkpoint: a client ignores those that it does not know."""
    longer = EXAMPLE.replace("2I=\n", "2I=\nextension\n")
    assert parse_checkpoint(longer) == parse_checkpoint(EXAMPLE)


def test_a_witness_signs_the_checkpoint_at_its_time() -> None:
    text, at = str(CHECKPOINT), 1_764_500_000
    signed = at.to_bytes(8, "big") + WITNESS_PRIVATE.sign(cosigned_message(text, at))
    line = str(Signature(WITNESS.name, WITNESS.key_id, signed))
    assert cosigned_at(text, parse_signature(line.rstrip()), WITNESS, verify) == at
    later = (at + 1).to_bytes(8, "big") + signed[8:]
    assert cosigned_at(text, Signature(WITNESS.name, WITNESS.key_id, later), WITNESS, verify) is None
    assert cosigned_at(text, Signature("other", WITNESS.key_id, signed), WITNESS, verify) is None
    assert cosigned_at(text.replace("3", "4"), parse_signature(line.rstrip()), WITNESS, verify) is None


def test_a_request_to_a_witness_has_the_form_of_the_specification() -> None:
    body = witness_request(20852014, [b"\x00" * 32], EXAMPLE)
    assert body == f"old 20852014\n{'A' * 43}=\n\n{EXAMPLE}"
    assert witness_request(0, [], EXAMPLE) == f"old 0\n\n{EXAMPLE}"


def test_another_implementation_verifies_our_notes_and_those_of_a_witness() -> None:
    aics = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    text, at = str(CHECKPOINT), 1_764_500_000
    signed = at.to_bytes(8, "big") + WITNESS_PRIVATE.sign(cosigned_message(text, at))
    note = sign_note(text, KEY, PRIVATE.sign) + str(Signature(WITNESS.name, WITNESS.key_id, signed))
    witness = aics.cosignature_vkey(WITNESS.name, WITNESS.public_key)
    result = aics.verify_checkpoint(aics.parse_note(note), aics.parse_vkey(str(KEY)), [witness], 1)
    assert (result.ok, result.witnesses) == (True, [WITNESS.name]), result
    assert (result.origin, result.size, result.root) == (CHECKPOINT.origin, CHECKPOINT.size, CHECKPOINT.root)
