"""What a processor can do at all, measured with PyTorch's own kernels.

    python benchmarks/beside_torch/ceiling.py float32|bfloat16|copy THREADS

reads lines from standard input; each multiplies two square matrices, or
copies 256 MB, and prints the milliseconds. It first says in JSON how many
operations, or bytes read and written, that is.
"""

import json
import sys
import time

import torch

SIDE = 2048
BYTES = 256 * 2**20


def main(what: str, threads: str) -> None:
    """Answers each line with the milliseconds."""
    torch.set_num_threads(int(threads))
    if what == "copy":
        source = torch.ones(BYTES // 4)
        target = torch.empty_like(source)
        work, count = lambda: target.copy_(source), 2 * BYTES
    else:
        side = torch.rand(SIDE, SIDE, dtype=getattr(torch, what))
        out = torch.empty_like(side)
        work = lambda: torch.mm(side, side, out=out)  # noqa: E731
        count = 2 * SIDE**3
    work()
    print(json.dumps({"operations": count}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        work()
        print(1000 * (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
