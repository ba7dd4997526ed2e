"""Makes judged.jsonl for judge.test.ts, one folder up: what scikit-learn finds of random cases. Where a class occurs in
no label, scikit-learn is given the others, because it refuses such a class or has no number for it.

    python judged.py             writes judged.jsonl; needs scikit-learn
    python judged.py 1001 200    writes the cases of 200 seeds from 1001 to stdout
"""

import json
import math
import pathlib
import sys
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

from draws import Random

warnings.simplefilter("ignore")
BINS = 15


def random_case(seed):
    """Labels of images and a network's probabilities. In every second case these are eighths, so that many are equal.
    judge.test.ts draws the same."""
    random = Random(seed)
    several = random.integer(3) == 0
    size = 2 + random.integer(5)
    count = 1 if random.integer(6) == 0 else 1 + random.integer(40)
    present = [random.integer(4) > 0 for _ in range(size)]
    some = [label for label in range(size) if present[label]] or [0]
    if several:
        targets = [[int(present[label] and random.integer(3) == 0) for label in range(size)] for _ in range(count)]
    else:
        labels = [some[random.integer(len(some))] for _ in range(count)]
        targets = [[int(label == own) for label in range(size)] for own in labels]
    steps = 8 if random.integer(2) == 0 else 2**20
    rows = [[random.integer(steps + 1) / steps for _ in range(size)] for _ in range(count)]
    beta = [0.5, 1, 2, 3.5][random.integer(4)]
    return several, beta, np.array(targets), np.array(rows)


def mean(values):
    known = [value for value in values if value is not None and not math.isnan(value)]
    return sum(known) / len(known) if known else None


def bins_of(right, probabilities):
    """The reliability curve, and how many probabilities each of its points has."""
    shares, means = calibration_curve(right, probabilities, n_bins=BINS, pos_label=1)
    places = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], probabilities)
    counts = np.unique(places, return_counts=True)[1]
    return [[int(count), float(mean), float(share)] for count, mean, share in zip(counts, means, shares)]


def best_score(actual, scores, beta):
    """The largest F-beta over all thresholds from 0 on."""
    sorted_scores = np.sort(scores)
    tried = [0, min(scores) / 2, *((sorted_scores[1:] + sorted_scores[:-1]) / 2)]
    return max(metrics.fbeta_score(actual, scores > threshold, beta=beta, zero_division=0) for threshold in tried)


def judged(seed):
    several, beta, targets, rows = random_case(seed)
    count, size = targets.shape
    chosen = np.eye(size, dtype=int)[rows.argmax(axis=1)]
    flags = (rows > 0.5).astype(int) if several else chosen
    known = [label for label in range(size) if targets[:, label].any()]
    occurring = [label for label in range(size) if targets[:, label].any() or flags[:, label].any()]
    apart = [label for label in known if not targets[:, label].all()]
    areas = [metrics.roc_auc_score(targets[:, label], rows[:, label]) for label in range(size)]
    f_beta = metrics.fbeta_score(targets, flags, beta=beta, average=None, zero_division=0)
    found = {
        "auc": areas,
        "averagePrecision": [
            metrics.average_precision_score(targets[:, label], rows[:, label]) for label in range(size)
        ],
        "fBeta": [f_beta[label] if label in occurring else None for label in range(size)],
        "macro": [
            metrics.roc_auc_score(targets[:, apart], rows[:, apart], average="macro")
            if len(apart) > 1
            else mean(areas),
            metrics.average_precision_score(targets[:, known], rows[:, known], average="macro") if known else None,
            metrics.fbeta_score(targets, flags, beta=beta, average="macro", labels=occurring, zero_division=0)
            if occurring
            else 0,
        ],
        "calibration": bins_of(targets.reshape(-1), rows.reshape(-1))
        if several
        else bins_of((targets * chosen).sum(axis=1), rows.max(axis=1)),
    }
    label = seed % size
    found["reliability"] = bins_of(targets[:, label], rows[:, label])
    x, y, thresholds = metrics.roc_curve(targets[:, label], rows[:, label], pos_label=1)
    found["roc"] = [list(x), list(y), list(thresholds)]
    precision, recall, thresholds = metrics.precision_recall_curve(targets[:, label], rows[:, label], pos_label=1)
    found["precisionRecall"] = [list(recall), list(precision), list(thresholds)]
    if several:
        found["best"] = [best_score(targets[:, each], rows[:, each], beta) for each in range(size)]
    else:
        actual, predicted = targets.argmax(axis=1), rows.argmax(axis=1)
        found["kappa"] = metrics.cohen_kappa_score(actual, predicted)
        found["quadratic"] = metrics.cohen_kappa_score(actual, predicted, weights="quadratic")
        found["meanAbsoluteError"] = metrics.mean_absolute_error(actual, predicted)
        found["topK"] = [
            metrics.top_k_accuracy_score(actual, rows, k=k, labels=range(size)) for k in range(1, size) if size > 2
        ]
    return json.dumps(plain(found), separators=(",", ":"))


def plain(value):
    """null for what JSON has no number for."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.15g}") if math.isfinite(value) else None


if len(sys.argv) > 1:
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        print(judged(seed))
else:
    lines = "\n".join(judged(seed) for seed in range(1, 201))
    pathlib.Path(__file__).with_suffix(".jsonl").write_text(f"{lines}\n")
