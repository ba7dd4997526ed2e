"""Makes metrics.json for main/engine/metrics.test.ts: random probabilities and labels, and scikit-learn's metrics of them (zero_division=0).

    python metrics.py        needs scikit-learn
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
generator = np.random.default_rng(31)
THRESHOLDS = [k / 20 for k in range(1, 20)]


def drawn(count, classes, several):
    """Probabilities with four decimals, so that some are equal and some stand exactly at a threshold, as float32."""
    logits = generator.normal(0, 1.5, (count, classes))
    if several:
        values = 1 / (1 + np.exp(-logits))
    else:
        values = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return values.round(2 if several else 4).astype(np.float32)


def common(actual, predicted, labels):
    precision, recall, f1, support = metrics.precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
    macro = metrics.precision_recall_fscore_support(actual, predicted, labels=labels, average="macro", zero_division=0)
    return {
        "accuracy": metrics.accuracy_score(actual, predicted),
        "perClass": [
            dict(zip(("precision", "recall", "f1", "support"), map(float, row))) for row in zip(precision, recall, f1, support)
        ],
        "macro": dict(zip(("precision", "recall", "f1"), map(float, macro[:3]))),
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
            **common(actual, predicted, labels),
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
            **common(actual, (probabilities > 0.5).astype(int), None),
            "severalLabels": {"f2": f_beta(2, 0.5), "f1": f_beta(1, 0.5), "sweep": sweep, "bestThreshold": THRESHOLDS[best]},
        },
    }


def numbers(values):
    """The shortest decimals that read back to the same float32."""
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
    one_label("a class without images and never predicted", rarely(drawn(30, 5, False), 2), generator.choice([0, 1, 3, 4], 30)),
    one_label("equal probabilities", np.full((12, 3), 1 / 3, np.float32), generator.integers(0, 3, 12)),
    one_label("two classes, all right", np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float32), np.array([0, 1, 0])),
    several_labels("several labels", drawn(40, 5, True), half),
    several_labels("a label no image has, and images without labels", drawn(30, 4, True), sparse),
    several_labels("a label never predicted", rarely(drawn(25, 6, True), 3), (generator.random((25, 6)) < 0.5).astype(int)),
    several_labels("nothing predicted", np.full((8, 3), 0.01, np.float32), (generator.random((8, 3)) < 0.5).astype(int)),
]
lines = ",\n".join(json.dumps(case) for case in cases)
target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(f'{{\n"versions": {json.dumps({"scikit-learn": sklearn.__version__})},\n"cases": [\n{lines}\n]\n}}\n')
