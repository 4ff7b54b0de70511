#!/usr/bin/env python3
"""Times our evaluator beside XGBoost's own predict, in turns, on the same model and rows, and compares every margin.

    dotnet build -c Release bench/FastCore.Bench.Micro && /usr/bin/python3 bench/evaluator.py [--json]

Needs python3-xgboost and a machine that does nothing else. One thread each. XGBoost is called as a service would call
it, `inplace_predict` for margins; what Python itself costs shows in batches of 1, which its C API would do in a tenth.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import time

import numpy
import xgboost

HERE = os.path.dirname(os.path.abspath(__file__))
POLICY = os.path.join(HERE, "..", "tests", "data", "fraud", "policy")
MICRO = os.path.join(HERE, "FastCore.Bench.Micro", "bin", "Release", "net10.0", "FastCore.Bench.Micro.dll")
ROWS = 10_000


def rows_like(path):
    """Rows whose columns are drawn, each by itself, from those of the verification vectors."""
    with open(path, "rb") as file:
        content = file.read()
    columns, count = struct.unpack_from("<II", content, 8)
    known = numpy.frombuffer(content, "<f4", columns * count, 16).reshape(count, columns)
    random = numpy.random.default_rng(1)
    return numpy.stack([random.choice(known[:, column], ROWS) for column in range(columns)], axis=1)


def time_xgboost(booster, rows, batch):
    """Nanoseconds a row."""
    batches = [rows[first:first + batch] for first in range(0, min(len(rows), 400 * batch), batch)]
    passes, start = 0, time.perf_counter_ns()
    while time.perf_counter_ns() - start < 500_000_000:
        for one in batches:
            booster.inplace_predict(one, predict_type="margin", validate_features=False)
        passes += 1
    return (time.perf_counter_ns() - start) / (passes * sum(len(one) for one in batches))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--model", default=os.path.join(POLICY, "baseline.ubj"))
    parser.add_argument("--vectors", default=os.path.join(POLICY, "baseline.vectors"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = rows_like(options.vectors).astype("<f4")
    booster = xgboost.Booster(params={"nthread": 1})
    booster.load_model(options.model)
    booster.set_param({"nthread": 1})
    margins = booster.inplace_predict(rows, predict_type="margin", validate_features=False).astype("<f4")
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "rows.f32")
        rows.tofile(file)
        for _ in range(options.rounds):
            for batch in (1, 64, ROWS):
                found.setdefault(f"xgboost, {batch}", []).append(time_xgboost(booster, rows, batch))
            answer = json.loads(subprocess.run(
                ["dotnet", MICRO, "evaluator", options.model, file, os.path.join(folder, "margins.f32")],
                check=True, capture_output=True, text=True).stdout)
            for one in answer:
                found.setdefault(f"{one['path']}, {one['batch']}", []).append(one["ns_per_row"])
            ours = numpy.fromfile(os.path.join(folder, "margins.f32"), "<f4").reshape(-1, len(rows))
            if not all(numpy.array_equal(line.view("<u4"), margins.view("<u4")) for line in ours):
                sys.exit("Margins differ from XGBoost's.")
    medians = {name: float(numpy.median(values)) for name, values in found.items()}
    whole = medians[f"xgboost, {ROWS}"]
    if options.json:
        print(json.dumps({
            "command": "bench/evaluator.py --json", "xgboost": xgboost.__version__, "rounds": options.rounds,
            "rows": ROWS, "margins_equal": True,
            "ns_per_row": {name: round(value, 1) for name, value in medians.items()},
            "ns_per_row_least": {name: round(min(values), 1) for name, values in found.items()},
            "times_xgboost_batch": {name: round(whole / value, 2) for name, value in medians.items()},
        }, indent=2))
        return
    print(f"{'evaluator, rows a call':28}{'ns a row':>10}{'least':>10}{'x XGBoost of ' + str(ROWS):>22}")
    for name, value in medians.items():
        print(f"{name:28}{value:10.0f}{min(found[name]):10.0f}{whole / value:22.2f}")
    print("Every margin has XGBoost's bits.")


if __name__ == "__main__":
    main()
