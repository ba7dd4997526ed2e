"""Makes optimizers.json for main/engine/training/optimizers.test.ts: parameters, ten gradients of each, and what
Keras's optimizers make of them after 1, 4 and 10 steps.

    python optimizers.py        needs keras with tensorflow, and torch (for the one-cycle schedule, which Keras lacks)
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
import torch
from keras.optimizers.schedules import CosineDecayRestarts, ExponentialDecay

STEPS, STEPS_PER_EPOCH, KEPT = 10, 5, (1, 4, 10)
SHAPES = {
    "conv/kernel": (2, 2, 1, 3),
    "conv/bias": (3,),
    "norm/gamma": (3,),
    "norm/beta": (3,),
    "dense/kernel": (6, 3),
    "dense/bias": (3,),
}

generator = np.random.default_rng(20)
start = {name: generator.normal(0, 0.5, shape).astype(np.float32) for name, shape in SHAPES.items()}
gradients = []
for step in range(STEPS):
    # Realistic gradients: mostly below 1, sometimes tiny, once far too large, and some of them 0.
    size = {2: 1e-5, 5: 20}.get(step, 0.5)
    drawn = {name: generator.normal(0, size, shape).astype(np.float32) for name, shape in SHAPES.items()}
    for values in drawn.values():
        values[generator.random(values.shape) < 0.1] = 0
    gradients.append(drawn)

SGD = {"kind": "sgd"}
ADAM = {"kind": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
ADAMW = {**ADAM, "kind": "adamw"}
MOMENTUM = {"kind": "momentum", "momentum": 0.9, "nesterov": False}
RMSPROP = {"kind": "rmsprop", "rho": 0.9, "momentum": 0, "epsilon": 1e-7}
STEP, COSINE = {"kind": "step", "every": 0.6, "factor": 0.5}, {"kind": "cosine", "cycle": 0.4, "multiplier": 2}
ONE_CYCLE = {"kind": "oneCycle", "rise": 0.3}

CASES = {
    "sgd": {"optimizer": SGD, "learningRate": 0.1},
    "sgd, L2": {"optimizer": SGD, "learningRate": 0.1, "weightDecay": 0.05},
    "sgd, clipped": {"optimizer": SGD, "learningRate": 0.1, "clipNorm": 1},
    "sgd, L2, clipped": {"optimizer": SGD, "learningRate": 0.1, "weightDecay": 0.05, "clipNorm": 2},
    "sgd, step": {"optimizer": SGD, "learningRate": 0.1, "schedule": STEP},
    "momentum": {"optimizer": MOMENTUM, "learningRate": 0.01},
    "momentum, nesterov": {"optimizer": {**MOMENTUM, "nesterov": True}, "learningRate": 0.01},
    "momentum, nesterov, L2, clipped, cosine": {
        "optimizer": {**MOMENTUM, "nesterov": True},
        "learningRate": 0.05,
        "weightDecay": 0.01,
        "clipNorm": 1.5,
        "schedule": COSINE,
    },
    "momentum, one-cycle": {"optimizer": MOMENTUM, "learningRate": 0.05, "schedule": ONE_CYCLE},
    "momentum, warm-up": {"optimizer": MOMENTUM, "learningRate": 0.05, "warmupSteps": 4},
    "rmsprop": {"optimizer": RMSPROP, "learningRate": 0.01},
    "rmsprop, momentum": {
        "optimizer": {**RMSPROP, "rho": 0.95, "momentum": 0.8, "epsilon": 1e-3},
        "learningRate": 0.003,
    },
    "rmsprop, L2, step": {"optimizer": RMSPROP, "learningRate": 0.01, "weightDecay": 0.1, "schedule": STEP},
    "adam": {"optimizer": ADAM, "learningRate": 0.002},
    "adam, large rate": {"optimizer": ADAM, "learningRate": 0.5},
    "adam, large rate and epsilon": {
        "optimizer": {**ADAM, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-2},
        "learningRate": 0.2,
    },
    "adam, L2, clipped, cosine": {
        "optimizer": ADAM,
        "learningRate": 0.01,
        "weightDecay": 0.01,
        "clipNorm": 1,
        "schedule": COSINE,
    },
    "adam, one-cycle": {"optimizer": ADAM, "learningRate": 0.01, "schedule": ONE_CYCLE},
    "adam, layer rates": {"optimizer": ADAM, "learningRate": 0.01, "layerRates": {"conv": 0.1, "norm": 3}},
    "adamw": {"optimizer": ADAMW, "learningRate": 0.002, "weightDecay": 0.004},
    "adamw, much decay, clipped, one-cycle": {
        "optimizer": ADAMW,
        "learningRate": 0.05,
        "weightDecay": 0.5,
        "clipNorm": 1,
        "schedule": ONE_CYCLE,
    },
    "adamw, layer rates": {"optimizer": ADAMW, "learningRate": 0.01, "weightDecay": 0.3, "layerRates": {"dense": 0.5}},
}


def rates_and_momenta(config, momentum):
    """The learning rate (a number for each step, or Keras's own schedule) and the momentum of every step."""
    rate, kind, momenta = config["learningRate"], config["schedule"]["kind"], [momentum] * STEPS
    if kind == "step":
        return ExponentialDecay(
            rate, config["schedule"]["every"] * STEPS_PER_EPOCH, config["schedule"]["factor"], staircase=True
        ), momenta
    if kind == "cosine":
        return CosineDecayRestarts(
            rate, int(config["schedule"]["cycle"] * STEPS_PER_EPOCH), t_mul=config["schedule"]["multiplier"]
        ), momenta
    if kind == "oneCycle":
        peer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=momentum)
        # PyTorch's own limits of momentum, 0.95 and 0.85, are those of the app for 0.9.
        assert momentum == 0.9
        scheduler = torch.optim.lr_scheduler.OneCycleLR(
            peer, rate, total_steps=STEPS, pct_start=config["schedule"]["rise"]
        )
        rates = []
        for step in range(STEPS):
            rates.append(peer.param_groups[0]["lr"])
            momenta[step] = peer.param_groups[0]["momentum"]
            peer.step()
            scheduler.step()
        return rates, momenta
    warmup = config["warmupSteps"]
    return [rate * (min(1, (step + 1) / warmup) if warmup else 1) for step in range(STEPS)], momenta


def create(config, rate):
    """Keras's optimizer. Clipping is done outside, over the parameters of all layers together."""
    settings = config["optimizer"]
    if settings["kind"] in ("sgd", "momentum"):
        return keras.optimizers.SGD(
            rate, momentum=settings.get("momentum", 0.0), nesterov=settings.get("nesterov", False)
        )
    if settings["kind"] == "rmsprop":
        return keras.optimizers.RMSprop(
            rate, rho=settings["rho"], momentum=settings["momentum"], epsilon=settings["epsilon"]
        )
    betas = {"beta_1": settings["beta1"], "beta_2": settings["beta2"], "epsilon": settings["epsilon"]}
    if settings["kind"] == "adam":
        return keras.optimizers.Adam(rate, **betas)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=config["weightDecay"], **betas)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def run(config):
    layers = list(dict.fromkeys(name.split("/")[0] for name in SHAPES))
    names = {layer: [name for name in SHAPES if name.startswith(f"{layer}/")] for layer in layers}
    variables = {name: keras.Variable(values, name=name.split("/")[1]) for name, values in start.items()}
    settings = config["optimizer"]
    rates, momenta = rates_and_momenta(config, settings.get("beta1", settings.get("momentum", 0)))
    # One optimizer for each layer, as their rates may differ.
    optimizers = {layer: create(config, rates if not isinstance(rates, list) else 1.0) for layer in layers}
    l2 = keras.regularizers.L2(config["weightDecay"] / 2)
    after = {}
    for step in range(STEPS):
        given = {name: tf.constant(values) for name, values in gradients[step].items()}
        if settings["kind"] != "adamw":
            for name in SHAPES:
                if not name.endswith("/kernel"):
                    continue
                with tf.GradientTape() as tape:
                    penalty = l2(variables[name].value)
                given[name] = given[name] + tape.gradient(penalty, variables[name].value)
        if config["clipNorm"]:
            clipper = keras.optimizers.SGD(global_clipnorm=config["clipNorm"])
            given = dict(zip(given, clipper._clip_gradients(list(given.values()))))
        for layer in layers:
            optimizer = optimizers[layer]
            if isinstance(rates, list):
                optimizer.learning_rate = rates[step] * config["layerRates"].get(layer, 1)
            if settings["kind"] in ("adam", "adamw"):
                optimizer.beta_1 = momenta[step]
            else:
                optimizer.momentum = momenta[step]
            optimizer.apply([given[name] for name in names[layer]], [variables[name] for name in names[layer]])
        if step + 1 in KEPT:
            after[step + 1] = numbers({name: variable.numpy() for name, variable in variables.items()})
    return after


def numbers(tensors):
    """The shortest decimals that give the same float32."""
    return {name: [float(str(value)) for value in values.reshape(-1)] for name, values in tensors.items()}


def complete(config):
    return {
        "epochs": STEPS // STEPS_PER_EPOCH,
        "schedule": {"kind": "constant"},
        "warmupSteps": 0,
        "weightDecay": 0,
        "clipNorm": 0,
        "layerRates": {},
        **config,
    }


configs = {name: complete(config) for name, config in CASES.items()}
stored = {
    "versions": {"keras": keras.__version__, "tensorflow": tf.__version__, "torch": torch.__version__},
    "stepsPerEpoch": STEPS_PER_EPOCH,
    "start": numbers(start),
    "gradients": [numbers(step) for step in gradients],
    "cases": [{"name": name, "config": config, "after": run(config)} for name, config in configs.items()],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(stored, indent=1))
