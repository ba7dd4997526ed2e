"""Makes metrics.json and random-cases.jsonl for metrics.test.ts and random-metrics.test.ts, one folder up:
probabilities and labels, and what scikit-learn finds of them. Means are over the labels that occur in truth or
prediction. Where each image has one label, that is scikit-learn's default. Where it has several, given as columns of 0
and 1, the labels that occur are named to scikit-learn.

    python metrics.py        needs scikit-learn
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import metrics

from draws import Random

warnings.simplefilter("ignore")
generator = np.random.default_rng(31)
THRESHOLDS = [k / 20 for k in range(1, 20)]


def drawn(count, classes, several):
    """Probabilities as float32 with four decimals, so that some are equal and some are exactly at a threshold."""
    logits = generator.normal(0, 1.5, (count, classes))
    if several:
        values = 1 / (1 + np.exp(-logits))
    else:
        values = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return values.round(2 if several else 4).astype(np.float32)


NAMES = ("precision", "recall", "f1", "support")


def of_flags(actual, predicted):
    """The figures of each label that occurs, and their means. The rows have 0 and 1."""
    labels = np.flatnonzero(actual.any(axis=0) | predicted.any(axis=0)).tolist()
    if not labels:
        return [], [], (0.0, 0.0, 0.0)
    found = metrics.precision_recall_fscore_support(actual, predicted, labels=labels)
    return (
        labels,
        list(zip(*found)),
        metrics.precision_recall_fscore_support(actual, predicted, labels=labels, average="macro")[:3],
    )


def of_labels(actual, predicted):
    """The same for one label per image."""
    found = metrics.precision_recall_fscore_support(actual, predicted)
    labels = sorted(set(actual) | set(predicted))
    return labels, list(zip(*found)), metrics.precision_recall_fscore_support(actual, predicted, average="macro")[:3]


def common(accuracy, classes, found):
    labels, rows, macro = found
    known = {int(label): dict(zip(NAMES, map(float, row))) for label, row in zip(labels, rows)}
    absent = {"precision": None, "recall": None, "f1": None, "support": 0}
    return {
        "accuracy": float(accuracy),
        "perClass": [known.get(label, absent) for label in range(classes)],
        "macro": dict(zip(NAMES, map(float, macro))),
    }


def one_label(name, probabilities, actual):
    classes = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1)
    labels = list(range(classes))
    return {
        "name": name,
        "severalLabels": False,
        "classes": classes,
        "probabilities": numbers(probabilities),
        "targets": np.eye(classes, dtype=int)[actual].reshape(-1).tolist(),
        "metrics": {
            **common(
                metrics.accuracy_score(actual, predicted), classes, of_labels(actual.tolist(), predicted.tolist())
            ),
            "confusion": metrics.confusion_matrix(actual, predicted, labels=labels).reshape(-1).tolist(),
        },
    }


def several_labels(name, probabilities, actual):
    def f_beta(beta, threshold):
        predicted = probabilities.astype(np.float64) > threshold
        return float(metrics.fbeta_score(actual, predicted, beta=beta, average="samples", zero_division=0))

    sweep = [{"threshold": threshold, "f2": f_beta(2, threshold)} for threshold in THRESHOLDS]
    best = int(np.argmax([point["f2"] for point in sweep]))
    return {
        "name": name,
        "severalLabels": True,
        "classes": probabilities.shape[1],
        "probabilities": numbers(probabilities),
        "targets": actual.reshape(-1).tolist(),
        "metrics": {
            **common(
                metrics.accuracy_score(actual, (probabilities > 0.5).astype(int)),
                probabilities.shape[1],
                of_flags(actual, (probabilities > 0.5).astype(int)),
            ),
            "severalLabels": {
                "f2": f_beta(2, 0.5),
                "f1": f_beta(1, 0.5),
                "sweep": sweep,
                "bestThreshold": THRESHOLDS[best],
            },
        },
    }


def numbers(values):
    """The shortest decimals that give the same float32."""
    return [float(str(value)) for value in values.reshape(-1)]


def rarely(probabilities, label):
    """Probabilities with which a class is never predicted."""
    probabilities[:, label] = 0
    return probabilities


half = (generator.random((40, 5)) < 0.3).astype(int)
sparse = (generator.random((30, 4)) < 0.15).astype(int)
sparse[:, 2] = 0
cases = [
    one_label("ten classes", drawn(60, 10, False), generator.integers(0, 10, 60)),
    one_label("a class without images", drawn(40, 4, False), generator.choice([0, 1, 3], 40)),
    one_label("a class never predicted", rarely(drawn(40, 4, False), 1), generator.integers(0, 4, 40)),
    one_label(
        "a class without images and never predicted", rarely(drawn(30, 5, False), 2), generator.choice([0, 1, 3, 4], 30)
    ),
    one_label("equal probabilities", np.full((12, 3), 1 / 3, np.float32), generator.integers(0, 3, 12)),
    one_label(
        "two classes, all right", np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float32), np.array([0, 1, 0])
    ),
    several_labels("several labels", drawn(40, 5, True), half),
    several_labels("a label no image has, and images without labels", drawn(30, 4, True), sparse),
    several_labels(
        "a label never predicted", rarely(drawn(25, 6, True), 3), (generator.random((25, 6)) < 0.5).astype(int)
    ),
    several_labels(
        "nothing predicted", np.full((8, 3), 0.01, np.float32), (generator.random((8, 3)) < 0.5).astype(int)
    ),
]
lines = ",\n".join(json.dumps(case) for case in cases)
target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(f'{{\n"versions": {json.dumps({"scikit-learn": sklearn.__version__})},\n"cases": [\n{lines}\n]\n}}\n')


def random_case(seed):
    """The classes of a network (0 up to own), those of a data set (some of the same and others, in any order), and
    labels of images. Probabilities are eighths: many are equal, and many are exactly at a threshold.
    random-metrics.test.ts draws the same."""
    random = Random(seed)
    several = random.integer(3) == 0
    own = 2 + random.integer(6)
    classes = random.shuffle([*range(own + random.integer(3))])
    classes = [label for label in classes if random.integer(4) > 0] or [0]
    count = 1 if random.integer(5) == 0 else 1 + random.integer(40)
    present = 1 + random.integer(len(classes))
    if several:
        labels = [{classes[i] for i in range(present) if random.integer(4) == 0} for _ in range(count)]
    else:
        labels = [{classes[random.integer(present)]} for _ in range(count)]
    silent = [random.integer(3) == 0 for _ in range(own)]
    rows = [[0 if silent[unit] else random.integer(9) / 8 for unit in range(own)] for _ in range(count)]
    return several, own, labels, np.array(rows)


def random_metrics(seed):
    """The figures over the classes and images that the network knows. None if there are none."""
    several, own, labels, rows = random_case(seed)
    if several:
        actual = np.array([[int(unit in each) for unit in range(own)] for each in labels])
        found = of_flags(actual, (rows > 0.5).astype(int))
        f_beta = lambda beta, threshold: metrics.fbeta_score(actual, rows > threshold, beta=beta, average="samples")
        accuracy = metrics.accuracy_score(actual, rows > 0.5)
        sweep = [f_beta(2, threshold) for threshold in THRESHOLDS]
        more = [f_beta(2, 0.5), f_beta(1, 0.5), max(sweep), THRESHOLDS[int(np.argmax(np.round(sweep, 12)))]]
    else:
        known = [row for row, (label,) in enumerate(labels) if label < own]
        if not known:
            return None
        actual = [next(iter(labels[row])) for row in known]
        predicted = rows[known].argmax(axis=1).tolist()
        found = of_labels(actual, predicted)
        accuracy, more = metrics.accuracy_score(actual, predicted), []
    classes, figures, macro = found
    table = [[int(label), *row] for label, row in zip(classes, figures)]
    return [[accuracy, *macro, *more], table]


def rounded(value):
    if isinstance(value, (list, tuple)):
        return [rounded(each) for each in value]
    return value if value is None or isinstance(value, int) else round(float(value), 10)


CASES = 500
found = [json.dumps(rounded(random_metrics(seed)), separators=(",", ":")) for seed in range(1, CASES + 1)]
target.with_name("random-cases.jsonl").write_text("\n".join(found) + "\n")
