"""How a model server bears load: latencies, throughput, ratios.

    python -m benchmarks.serving_load --server=localhost:8500 \\
        --input=photos --concurrency=1,2,4,8 --requests=200

asks a running server, over gRPC or REST, with the images of a folder in
turns, and prints a row for each number of clients: the median and the 95th
and 99th percentile of the latency, images a second, and both as ratios to the
first row. --json writes the rows to a file. The clients share the machine
with the server unless you start them elsewhere: the ratios mean more than the
times. Requests that the server turned away or failed are counted, not hidden
in a mean.
"""

import argparse
import concurrent.futures
import itertools
import json
import sys
import time
from pathlib import Path

import numpy as np

from tf_advseg.export import client
from tf_advseg.export.client.encoding import encode
from tf_advseg.export.client.service import MEGABYTE
from tf_advseg.export.serving import signatures
from tf_advseg.prediction import find_inputs


def main() -> int:
    """Measures and prints."""
    options = parse()
    address = client.parse_address(options.server)
    files = find_inputs(options.input)[: options.images]
    images = [encode(f, options.exact, 64 * MEGABYTE).data for f in files]
    service = client.connect(address, options.model_name)
    service.check(signatures.PNG_SIGNATURE)
    print(
        f"{address}: {len(images)} images of "
        f"{np.mean([len(i) for i in images]) / 1024:.0f} KB, "
        f"{options.requests} requests a row"
    )
    ask_many(service, images, 1, options.warmup)
    rows = []
    for concurrency in map(int, options.concurrency.split(",")):
        rows.append(measure(service, images, concurrency, options.requests))
        print(as_text(rows[-1], rows[0]), flush=True)
    if options.json:
        content = {"server": str(address), "rows": rows}
        options.json.write_text(json.dumps(content, indent=1) + "\n")
    return 1 if any(row["failed"] for row in rows) else 0


def measure(service, images, concurrency: int, requests: int) -> dict:
    """One row of the table; latencies in milliseconds."""
    start = time.perf_counter()
    seconds = ask_many(service, images, concurrency, requests)
    duration = time.perf_counter() - start
    good = [1000 * s for s in seconds if s is not None] or [float("nan")]
    p50, p95, p99 = np.percentile(good, (50, 95, 99))
    return {
        "concurrency": concurrency,
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "p99_ms": float(p99),
        "images_per_second": len(good) / duration,
        "failed": seconds.count(None),
    }


def ask_many(service, images, concurrency: int, requests: int) -> list:
    """Returns each request's seconds, or None where it failed."""
    outputs = signatures.SIGNATURES[signatures.PNG_SIGNATURE][1]

    def ask(data):
        start = time.perf_counter()
        try:
            service.predict(signatures.PNG_SIGNATURE, data, outputs)
        except (ConnectionError, ValueError):
            return None
        return time.perf_counter() - start

    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        turns = itertools.islice(itertools.cycle(images), requests)
        return list(pool.map(ask, turns))


def as_text(row: dict, first: dict) -> str:
    """One line; ratios are to the first row."""
    latency = row["p50_ms"] / first["p50_ms"]
    speed = row["images_per_second"] / first["images_per_second"]
    return (
        f"clients {row['concurrency']:>3}: p50 {row['p50_ms']:.1f} ms, "
        f"p95 {row['p95_ms']:.1f}, p99 {row['p99_ms']:.1f}, "
        f"{row['images_per_second']:.2f} images/s, failed {row['failed']}; "
        f"p50 x{latency:.2f}, throughput x{speed:.2f}"
    )


def parse() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--server", default="localhost:8500")
    parser.add_argument("--model_name", default="tf_advseg")
    parser.add_argument("--input", required=True)
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--warmup", type=int, default=5)
    parser.add_argument("--concurrency", default="1,2,4,8")
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
