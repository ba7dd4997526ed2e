"""Makes schedules.json for shared/schedule.test.ts: learning rates and momenta of Keras's and PyTorch's schedules, step
by step.

    python schedules.py        needs keras with tensorflow, and torch
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import torch
from keras.optimizers.schedules import CosineDecay, CosineDecayRestarts, ExponentialDecay

RATE = 0.002


def keras_case(schedule, config, steps_per_epoch, scheduled):
    """The config in the app's words and the rates Keras's schedule gives for all steps of the run."""
    steps = config["epochs"] * steps_per_epoch
    config = {"learningRate": RATE, "schedule": schedule, "warmupSteps": 0, **config}
    return {
        "config": config,
        "stepsPerEpoch": steps_per_epoch,
        "rates": [float(f"{float(scheduled(step)):.8g}") for step in range(steps)],
    }


def one_cycle(momentum, rise, epochs, steps_per_epoch):
    steps = epochs * steps_per_epoch
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], betas=(momentum, 0.999))
    # OneCycleLR's own limits of momentum are 0.05 beside 0.9; the app's follow from what was set.
    high, low = momentum + (1 - momentum) / 2, momentum - (1 - momentum) / 2
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=steps, pct_start=rise, max_momentum=high, base_momentum=low
    )
    rates, momenta = [], []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["betas"][0])
        optimizer.step()
        scheduler.step()
    return {
        "config": {
            "epochs": epochs,
            "learningRate": RATE,
            "schedule": {"kind": "oneCycle", "rise": rise},
            "warmupSteps": 0,
            "optimizer": {"kind": "adam", "beta1": momentum, "beta2": 0.999, "epsilon": 1e-7},
        },
        "stepsPerEpoch": steps_per_epoch,
        "rates": rates,
        "momenta": momenta,
    }


cases = [
    keras_case(
        {"kind": "step", "every": 1.5, "factor": 0.3},
        {"epochs": 5},
        10,
        ExponentialDecay(RATE, decay_steps=15, decay_rate=0.3, staircase=True),
    ),
    keras_case(
        {"kind": "cosine", "cycle": 1, "multiplier": 2},
        {"epochs": 7},
        8,
        CosineDecayRestarts(RATE, first_decay_steps=8, t_mul=2.0, m_mul=1.0, alpha=0.0),
    ),
    keras_case(
        {"kind": "cosine", "cycle": 2, "multiplier": 1},
        {"epochs": 5},
        6,
        CosineDecayRestarts(RATE, first_decay_steps=12, t_mul=1.0, m_mul=1.0, alpha=0.0),
    ),
    keras_case(
        {"kind": "cosine", "cycle": 4, "multiplier": 1.5},
        {"epochs": 20},
        4,
        CosineDecayRestarts(RATE, first_decay_steps=16, t_mul=1.5, m_mul=1.0, alpha=0.0),
    ),
    keras_case({"kind": "cosine", "cycle": 5, "multiplier": 1}, {"epochs": 5}, 6, CosineDecay(RATE, decay_steps=30)),
    one_cycle(0.9, 0.3, 5, 8),
    one_cycle(0.8, 0.25, 3, 8),
    one_cycle(0.9, 0.37, 1, 13),
]

versions = {"keras": keras.__version__, "torch": torch.__version__}
lines = ",\n".join(json.dumps(case) for case in cases)
target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(f'{{\n"versions": {json.dumps(versions)},\n"cases": [\n{lines}\n]\n}}\n')
