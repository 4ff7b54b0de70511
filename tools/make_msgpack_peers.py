#!/usr/bin/env python3
"""Writes tests/vectors/msgpack/peers.jsonl: values as two other implementations of MessagePack encode them.

Needs Debian's python3-msgpack (1.0.3) and npm's @msgpack/msgpack (3.1.3):

    npm install --prefix DIR @msgpack/msgpack@3.1.3
    python3 tools/make_msgpack_peers.py DIR/node_modules tests/vectors/msgpack/peers.jsonl

A line is {"value": description, "by": who encodes it so, "hex": the bytes}; of long ones "size" and "sha256". In a
description a value is an object of one key: nil, bool, int (decimal), f32 and f64 (bits in hex), text, bin (hex),
array (of descriptions), map (pairs of descriptions), ext ([type, hex]), time ([seconds, nanoseconds]); text_of,
bin_of and array_of are [piece, times]. Where both know a value they must agree.
"""
import hashlib
import json
import random
import struct
import subprocess
import sys

import msgpack

NODE = r"""
const { encode, ExtData, encodeTimeSpecToTimestamp } = require(process.argv[1] + "/@msgpack/msgpack");
const lines = require("fs").readFileSync(0, "utf8").trim().split("\n").map(JSON.parse);
function make(d) {
  const [kind, v] = Object.entries(d)[0];
  switch (kind) {
    case "nil": return null;
    case "bool": case "text": return v;
    case "int": { const n = Number(v); return n >= -(2 ** 31) && n < 2 ** 32 ? n : BigInt(v); }
    case "f64": return Buffer.from(v, "hex").readDoubleBE(0);
    case "bin": return new Uint8Array(Buffer.from(v, "hex"));
    case "text_of": return v[0].repeat(v[1]);
    case "bin_of": return new Uint8Array(Buffer.from(v[0].repeat(v[1]), "hex"));
    case "array": return v.map(make);
    case "map": return Object.fromEntries(v.map(([k, x]) => [make(k), make(x)]));
    case "ext": return new ExtData(v[0], new Uint8Array(Buffer.from(v[1], "hex")));
    case "time": return new ExtData(-1, encodeTimeSpecToTimestamp({ sec: v[0], nsec: v[1] }));
    default: throw new Error(kind);
  }
}
for (const d of lines) {
  console.log(Buffer.from(encode(make(d), { useBigInt64: true, maxDepth: 70 })).toString("hex"));
}
"""


def f64(value):
    return {"f64": struct.pack(">d", value).hex()}


def fixed():
    yield {"nil": None}
    yield {"bool": False}
    yield {"bool": True}
    edges = [0, 1, 31, 32, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32,
             2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1]
    for edge in edges:
        yield {"int": str(edge)}
        yield {"int": str(-edge - 1)}
    yield {"int": str(-32)}
    yield {"int": str(-33)}
    yield {"int": str(2**63)}
    yield {"int": str(2**64 - 1)}
    for value in [0.5, -0.1, 1e300, 5e-324, float("inf"), float("-inf")]:
        yield f64(value)
    for bits in ["3fc00000", "7f800000", "00000001", "ff7fffff"]:
        yield {"f32": bits}
    for size in [0, 1, 31, 32, 255, 256, 65535, 65536]:
        yield {"text_of": ["x", size]}
        yield {"bin_of": ["a5", size]}
    for text in ["a", "Ünïcode €", "\U0001f600 smile", "\u0000", "日本語"]:
        yield {"text": text}
    for size in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 256, 65535, 65536]:
        if size < 300:
            yield {"ext": [size % 128, "c1" * size]}
    for seconds, ns in [(0, 0), (0, 1), (2**32 - 1, 0), (2**32 - 1, 999999999), (2**32, 0), (2**34 - 1, 999999999),
                        (2**34, 0), (-1, 0), (-1, 999999999), (1700000000, 123456789)]:
        yield {"time": [seconds, ns]}
    for count in [0, 1, 15, 16, 17, 65535, 65536]:
        yield {"array": [{"int": "7"}] * count} if count < 20 else {"array_of": [{"int": "7"}, count]}
        if count < 20:
            yield {"map": [[{"text": f"k{i:02}"}, {"int": str(i)}] for i in range(count)]}
    deep = {"int": "1"}
    for _ in range(64):
        deep = {"array": [deep]}
    yield deep


def drawn(rng, depth=0):
    kind = rng.choice(["nil", "bool", "int", "int", "f64", "text", "bin", "ext", "time"]
                      + (["array", "map", "map"] if depth < 3 else []))
    if kind == "nil":
        return {"nil": None}
    if kind == "bool":
        return {"bool": rng.random() < 0.5}
    if kind == "int":
        magnitude = rng.getrandbits(rng.randint(1, 63))
        return {"int": str(magnitude if rng.random() < 0.6 else -magnitude)}
    if kind == "f64":
        return f64(rng.uniform(-1e6, 1e6) + 0.123)
    if kind == "text":
        return {"text": "".join(rng.choice("abc €ß日😀_09") for _ in range(rng.randint(0, 33)))}
    if kind == "bin":
        return {"bin": rng.randbytes(rng.randint(0, 33)).hex()}
    if kind == "ext":
        return {"ext": [rng.randint(0, 127), rng.randbytes(rng.randint(0, 20)).hex()]}
    if kind == "time":
        return {"time": [rng.randint(-2**40, 2**40), rng.choice([0, rng.randint(0, 999999999)])]}
    if kind == "array":
        return {"array": [drawn(rng, depth + 1) for _ in range(rng.randint(0, 6))]}
    return {"map": [[{"text": f"key_{i}"}, drawn(rng, depth + 1)] for i in range(rng.randint(0, 6))]}


def python(description):
    kind, value = next(iter(description.items()))
    packer = msgpack.Packer()
    if kind == "f32":
        return msgpack.Packer(use_single_float=True).pack(struct.unpack(">f", bytes.fromhex(value))[0])
    if kind == "array":
        return packer.pack_array_header(len(value)) + b"".join(map(python, value))
    if kind == "array_of":
        return packer.pack_array_header(value[1]) + python(value[0]) * value[1]
    if kind == "map":
        return packer.pack_map_header(len(value)) + b"".join(python(k) + python(v) for k, v in value)
    plain = {
        "nil": lambda: None,
        "bool": lambda: value,
        "int": lambda: int(value),
        "f64": lambda: struct.unpack(">d", bytes.fromhex(value))[0],
        "text": lambda: value,
        "bin": lambda: bytes.fromhex(value),
        "text_of": lambda: value[0] * value[1],
        "bin_of": lambda: bytes.fromhex(value[0] * value[1]),
        "ext": lambda: msgpack.ExtType(value[0], bytes.fromhex(value[1])),
        "time": lambda: msgpack.Timestamp(*value),
    }[kind]()
    encoded = packer.pack(plain)
    assert msgpack.unpackb(encoded, timestamp=0) == plain or kind in ("ext",), description
    return encoded


def main():
    modules, path = sys.argv[1:]
    rng = random.Random(20)
    values = list(fixed()) + [drawn(rng) for _ in range(120)]
    for_node = [value for value in values if not {"f32", "array_of"} & value.keys()]
    answer = subprocess.run(
        ["node", "-e", NODE, modules], input="\n".join(map(json.dumps, for_node)), capture_output=True, text=True,
        check=True).stdout.split()
    javascript = {json.dumps(value): bytes.fromhex(line) for value, line in zip(for_node, answer, strict=True)}
    with open(path, "w", encoding="utf-8") as file:
        for value in values:
            forms = {"python3-msgpack 1.0.3": python(value)}
            if json.dumps(value) in javascript:
                forms["@msgpack/msgpack 3.1.3"] = javascript[json.dumps(value)]
            encoded, *others = dict.fromkeys(forms.values())
            assert not others, f"{value}: {forms}"
            line = {"value": value, "by": list(forms)}
            if len(encoded) <= 1000:
                line["hex"] = encoded.hex()
            else:
                line |= {"size": len(encoded), "sha256": hashlib.sha256(encoded).hexdigest()}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


main()
