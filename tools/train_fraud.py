#!/usr/bin/env python3
"""Trains a fraud model with XGBoost on a table that `fastcore fraud export` wrote, and judges it on later days.

Needs Debian's python3-xgboost (1.7.4) or any XGBoost from 1.7 on, with numpy. Without them it ends with exit code 3 and
says what to install. What it writes: the model, verification vectors, a report in one HTML file, and one JSON document
on standard output. `fastcore fraud train` runs it; docs/FRAUD.md defines every number.
"""

import argparse
import csv
import gzip
import html
import json
import struct
import sys

try:
    import numpy
    import xgboost
except ImportError as missing:
    print(
        f"{missing}. Install XGBoost for {sys.executable}: 'apt install python3-xgboost' on Debian and Ubuntu "
        "(for /usr/bin/python3), or 'pip install xgboost numpy'.",
        file=sys.stderr,
    )
    sys.exit(3)

DAY_NS = 86_400_000_000_000

# The columns behind the features, in the order of the export. One may have a "_" behind its name.
OTHERS = (
    "merchant card terminal occurred_at amount decision reason score margin policy_version label known_at"
).split()
VECTORS = 200


def fail(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(4)


def read(path):
    """Names of the features, their values, and of each row its card, day-exact time, label and known-at."""
    opened = gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")
    with opened as file:
        lines = csv.reader(file)
        header = next(lines, [])
        ends = [name.rstrip("_") for name in header[-len(OTHERS):]]
        if header[:1] != ["TRANSACTION_ID"] or ends != OTHERS or len(header) <= len(OTHERS) + 1:
            fail(f"{path} is no table of 'fastcore fraud export': its columns are others.")
        names = header[1:-len(OTHERS)]
        values, cards, times, frauds, known = [], [], [], [], []
        first = 1 + len(names)
        for cells in lines:
            if len(cells) != len(header):
                fail(f"{path}, line {lines.line_num}: {len(cells)} cells, not {len(header)}.")
            values.append([float(cell) if cell else float("nan") for cell in cells[1:first]])
            cards.append(int(cells[first + 1]))
            times.append(int(cells[first + 3]))
            frauds.append(cells[first + 10] in ("confirmed", "chargeback"))
            known.append(int(cells[first + 11]) if cells[first + 11] else 0)
    return names, {
        "x": numpy.array(values, dtype=numpy.float32).reshape(-1, len(names)),
        "card": numpy.array(cards, dtype=numpy.uint64),
        "time": numpy.array(times, dtype=numpy.uint64),
        "fraud": numpy.array(frauds, dtype=bool),
        "known": numpy.array(known, dtype=numpy.uint64),
    }


def leave_out(names, rows, without):
    """The same rows without some features."""
    for name in without:
        if name not in names:
            fail(f"There is no feature {name} in the table; it has {', '.join(names)}.")
    kept = [place for place, name in enumerate(names) if name not in without]
    if not kept:
        fail("No feature is left to train on.")
    return [names[place] for place in kept], {**rows, "x": rows["x"][:, kept]}


def split(rows, options):
    """Which rows are trained on, which are tested, and the day of each tested one, from 0."""
    start = options.train_from
    end = start + options.train_days * DAY_NS
    test = end + options.delay_days * DAY_NS
    trained = (rows["time"] >= start) & (rows["time"] < end)
    known = rows["fraud"] & (rows["known"] <= test)
    compromised = set(rows["card"][trained & known].tolist())
    tested, days = [], []
    for day in range(options.test_days):
        # Frauds of the day that the delay has just released: their cards are known and blocked.
        released = end + (day - 1) * DAY_NS
        compromised |= set(
            rows["card"][rows["fraud"] & (rows["time"] >= released) & (rows["time"] < released + DAY_NS)].tolist())
        begin = test + day * DAY_NS
        of_day = numpy.flatnonzero((rows["time"] >= begin) & (rows["time"] < begin + DAY_NS))
        of_day = of_day[~numpy.isin(rows["card"][of_day], numpy.array(sorted(compromised), dtype=numpy.uint64))]
        tested.append(of_day)
        days.append(numpy.full(len(of_day), day))
    return numpy.flatnonzero(trained), known, numpy.concatenate(tested), numpy.concatenate(days)


def ranked(scores, frauds):
    """Thresholds from the largest score down: how many are above each, and how many of them are fraud."""
    order = numpy.argsort(-scores, kind="stable")
    last = numpy.flatnonzero(numpy.append(numpy.diff(scores[order]) != 0, True))
    return last + 1, numpy.cumsum(frauds[order])[last]


def auc_roc(above, hits):
    genuine = above - hits
    x = numpy.concatenate([[0], genuine / genuine[-1]])
    y = numpy.concatenate([[0], hits / hits[-1]])
    return float(numpy.sum(numpy.diff(x) * (y[1:] + y[:-1]) / 2)), x, y


def average_precision(above, hits):
    precision = hits / above
    recall = hits / hits[-1]
    return float(numpy.sum(numpy.diff(numpy.concatenate([[0], recall])) * precision)), recall, precision


def card_precision(scores, rows, tested, days, options):
    """Of the cards with the largest scores of a day the share that is compromised; those found are left out later."""
    found, of_days = set(), []
    for day in range(options.test_days):
        best, compromised = {}, set()
        for place in numpy.flatnonzero(days == day):
            card = int(rows["card"][tested[place]])
            if card not in found:
                best[card] = max(best.get(card, -1.0), float(scores[place]))
                if rows["fraud"][tested[place]]:
                    compromised.add(card)
        top = sorted(best, key=lambda card: (-best[card], card))[:options.top]
        hit = [card for card in top if card in compromised]
        found.update(hit)
        of_days.append(len(hit) / options.top)
    return of_days


def write_vectors(path, x, margins):
    with open(path, "wb") as file:
        file.write(b"FCVEC001" + struct.pack("<II", x.shape[1], len(margins)))
        file.write(x.astype("<f4").tobytes())
        file.write(margins.astype("<f4").tobytes())


def curve(title, xs, ys, x_name, y_name):
    """A curve in the unit square as SVG."""
    step = max(1, len(xs) // 400)
    kept = [*range(0, len(xs), step), len(xs) - 1]
    points = " ".join(f"{40 + 300 * xs[i]:.1f},{320 - 300 * ys[i]:.1f}" for i in kept)
    return (
        f'<figure><figcaption>{title}</figcaption><svg viewBox="0 0 360 350" width="360">'
        '<rect x="40" y="20" width="300" height="300" fill="none" stroke="#999"/>'
        f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="2"/>'
        f'<text x="190" y="342" text-anchor="middle">{x_name}</text>'
        f'<text x="14" y="170" text-anchor="middle" transform="rotate(-90 14 170)">{y_name}</text>'
        '<text x="36" y="332" text-anchor="end">0</text><text x="340" y="332" text-anchor="end">1</text>'
        '<text x="36" y="28" text-anchor="end">1</text></svg></figure>'
    )


def bars(title, names, values):
    """Bars as SVG, the longest as wide as the picture."""
    most = max([*values, 1e-12])
    lines = "".join(
        f'<text x="250" y="{18 * i + 14}" text-anchor="end">{html.escape(name)}</text>'
        f'<rect x="256" y="{18 * i + 3}" width="{220 * value / most:.1f}" height="13" fill="#06c"/>'
        f'<text x="{262 + 220 * value / most:.1f}" y="{18 * i + 14}">{value:.3g}</text>'
        for i, (name, value) in enumerate(zip(names, values)))
    return (
        f'<figure><figcaption>{title}</figcaption>'
        f'<svg viewBox="0 0 560 {18 * len(values) + 6}" width="560">{lines}</svg></figure>')


def report(path, result, curves):
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>"
        for name, value in result.items() if not isinstance(value, (list, dict)))
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Fraud model</title><style>'
            "body{font:15px sans-serif;margin:2em}figure{display:inline-block;vertical-align:top}"
            "td{padding:.1em 1em .1em 0}svg text{font:12px sans-serif}</style><h1>Fraud model</h1>"
            f"<table>{rows}</table>{''.join(curves)}</html>\n")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name in ("table", "model", "vectors", "report"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--train-from", type=int, required=True, help="nanoseconds since 1970 UTC")
    for name, value in (("train-days", 7), ("delay-days", 7), ("test-days", 7), ("trees", 100), ("depth", 3),
                        ("top", 100), ("threads", 0)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--without", action="append", default=[], help="a column to leave out; may be repeated")
    return parser.parse_args()


def main():
    options = parse()
    names, rows = leave_out(*read(options.table), options.without)
    trained, known, tested, days = split(rows, options)
    for what, labels in (("train on", known[trained]), ("test", rows["fraud"][tested])):
        if labels.sum() in (0, len(labels)):
            fail(f"There are {len(labels)} transactions to {what}, {labels.sum()} of them known as fraud: both kinds "
                 "are needed.")
    matrix = xgboost.DMatrix(rows["x"][trained], label=known[trained], feature_names=names)
    settings = {
        "objective": "binary:logistic", "tree_method": "exact", "base_score": 0.5, "eta": options.rate,
        "max_depth": options.depth, "seed": 0, "nthread": options.threads,
    }
    booster = xgboost.train(settings, matrix, num_boost_round=options.trees)
    booster.save_model(options.model)
    test = xgboost.DMatrix(rows["x"][tested], feature_names=names)
    scores = booster.predict(test)
    step = max(1, len(tested) // VECTORS)
    proof = rows["x"][tested][::step][:VECTORS]
    write_vectors(
        options.vectors, proof, booster.predict(xgboost.DMatrix(proof, feature_names=names), output_margin=True))
    above, hits = ranked(scores, rows["fraud"][tested])
    auc, x, y = auc_roc(above, hits)
    ap, recall, precision = average_precision(above, hits)
    of_days = card_precision(scores, rows, tested, days, options)
    gain = booster.get_score(importance_type="total_gain")
    ordered = sorted(gain, key=lambda name: (-gain[name], name))[:20]
    result = {
        "xgboost": xgboost.__version__, "features": len(names), "trees": options.trees, "depth": options.depth,
        "rate": options.rate, "train_rows": len(trained), "train_fraud": int(known[trained].sum()),
        "test_rows": len(tested), "test_fraud": int(rows["fraud"][tested].sum()), "auc_roc": auc,
        "average_precision": ap, "top": options.top, "card_precision": float(numpy.mean(of_days)),
        "card_precision_by_day": of_days, "vectors": len(proof),
    }
    report(options.report, result, [
        curve(f"ROC, area {auc:.3f}", x, y, "genuine flagged", "fraud flagged"),
        curve(f"Precision and recall, average precision {ap:.3f}", recall, precision, "recall", "precision"),
        bars(f"Card precision at {options.top} by day of the test", [str(day + 1) for day in range(len(of_days))],
             of_days),
        bars("Total gain of features", ordered, [gain[name] for name in ordered]),
    ])
    print(json.dumps(result))


if __name__ == "__main__":
    main()
