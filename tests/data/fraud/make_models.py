#!/usr/bin/env python3
"""Makes the models of this folder with XGBoost, from random numbers, with rows and XGBoost's margins for them.

Run in this folder with Debian's python3-xgboost (1.7.4). The same version writes the same files.
"""

import json

import numpy
import xgboost

NAN = float("nan")
FEATURES = 12
CATEGORIES = 40


def table(seed, count, missing):
    """Rows with flags, counts, amounts, rounded and fine numbers, and two columns that may hold categories."""
    random = numpy.random.default_rng(seed)
    rows = numpy.empty((count, FEATURES), dtype=numpy.float32)
    rows[:, 0] = numpy.round(random.gamma(2.0, 30.0, count), 2)
    rows[:, 1] = random.integers(0, 2, count)
    rows[:, 2] = random.integers(0, 2, count)
    rows[:, 3] = random.poisson(3.0, count)
    rows[:, 4] = random.normal(0.0, 1.0, count)
    rows[:, 5] = random.uniform(0.0, 1.0, count)
    rows[:, 6] = numpy.round(random.normal(0.0, 2.0, count))
    rows[:, 7] = random.exponential(1e-3, count)
    rows[:, 8] = random.normal(0.0, 1e6, count)
    rows[:, 9] = random.integers(0, 1000, count)
    rows[:, 10] = random.integers(0, CATEGORIES, count)
    rows[:, 11] = random.integers(0, 3, count)
    risk = (
        (rows[:, 0] > 120.0) * 1.5
        + (rows[:, 4] * rows[:, 5])
        + ((rows[:, 10] % 7) < 2) * 1.2
        + (rows[:, 11] == 1) * 0.7
        - (rows[:, 6] > 0) * rows[:, 1]
        + numpy.sin(rows[:, 9] / 40.0)
    )
    labels = (risk + random.normal(0.0, 1.0, count) > 1.2).astype(numpy.float32)
    rows[random.uniform(0.0, 1.0, rows.shape) < missing] = NAN
    return rows, labels


def edges(rows, booster, categorical):
    """Puts exact thresholds, signed zeros, infinities and odd categories into the last rows."""
    boosted = json.loads(booster.save_raw(raw_format="json"))["learner"]["gradient_booster"]
    places = 0
    for tree in boosted.get("gbtree", boosted)["model"]["trees"]:
        for left, feature, split in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left != -1 and feature < FEATURES and places < 120:
                rows[-1 - places, feature] = numpy.float32(split)
                places += 1
    rows[0, :] = NAN
    rows[1, :] = 0.0
    rows[2, :] = -0.0
    rows[3, :] = 3e38
    rows[4, :] = -3e38
    rows[5, :] = 1e-45
    if categorical:
        odd = [-1.0, -0.5, 0.5, 39.0, 40.0, 63.0, 64.0, 1000.0, 16777215.0, 16777216.0, 3e9, 5.9, NAN]
        for place, value in enumerate(odd):
            rows[10 + place, 10:12] = value


def make(
    name, rounds, parameters, missing=0.05, categorical=False, forms=("json",), count=4000, explained=0
):
    kinds = ["q"] * (FEATURES - 2) + ["c" if categorical else "q"] * 2
    rows, labels = table(len(name), count, missing)
    if categorical:
        parameters = {**parameters, "tree_method": "hist"}
    train = xgboost.DMatrix(rows, labels, feature_types=kinds, enable_categorical=categorical)
    parameters = {"objective": "binary:logistic", "nthread": 1, "seed": 1, **parameters}
    booster = xgboost.train(parameters, train, rounds)
    for form in forms:
        booster.save_model(f"{name}.{form}")
    scored, _ = table(1000 + len(name), 300, 0.1)
    edges(scored, booster, categorical)
    matrix = xgboost.DMatrix(scored, feature_types=kinds, enable_categorical=categorical)
    margins = booster.predict(matrix, output_margin=True)
    scored.astype("<f4").tofile(f"{name}.rows.f32")
    margins.astype("<f4").tofile(f"{name}.margins.f32")
    booster.predict(matrix).astype("<f4").tofile(f"{name}.probabilities.f32")
    if explained:
        first = xgboost.DMatrix(scored[:explained], feature_types=kinds, enable_categorical=categorical)
        booster.predict(first, pred_contribs=True).astype("<f4").tofile(f"{name}.contributions.f32")
    print(name, len(booster.get_dump()), margins[:3])


make("depth6", 20, {"max_depth": 6, "eta": 0.3}, forms=("json", "ubj"), explained=60)
make("depth3", 40, {"max_depth": 3, "eta": 0.1, "base_score": 0.0089}, explained=60)
make("depth1", 30, {"max_depth": 1, "eta": 0.5})
make("deep", 3, {"max_depth": 14, "min_child_weight": 0.2, "lambda": 0.1})
make("lossguide", 4, {"grow_policy": "lossguide", "max_depth": 0, "max_leaves": 90, "tree_method": "hist"})
make("dart", 12, {"booster": "dart", "rate_drop": 0.4, "max_depth": 4}, forms=("json", "ubj"), explained=60)
make("forest", 4, {"num_parallel_tree": 3, "subsample": 0.5, "max_depth": 4}, explained=60)
make("pruned", 10, {"gamma": 6.0, "max_depth": 6, "tree_method": "exact"})
make("leaves", 3, {"gamma": 1e9, "max_depth": 6}, explained=60)
make("none", 0, {"max_depth": 6})
make("onehot", 12, {"max_cat_to_onehot": 100, "max_depth": 4}, categorical=True, explained=60)
make("partition", 12, {"max_cat_to_onehot": 1, "max_depth": 5}, categorical=True, forms=("json", "ubj"), explained=60)
