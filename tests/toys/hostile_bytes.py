"""Bytes and JSON made worse, from a seed; and what reading them may cost."""

import contextlib
import json
import resource
import signal

SECONDS = 10
MEGABYTES = 500
VALUES = (
    None,
    True,
    -1,
    0,
    1e308,
    float("nan"),
    2**63,
    10**30,
    "",
    "x" * 10_000,
    "../../etc/passwd",
    "\x00",
    [],
    [[]] * 50,
    {},
    {"class_name": "Lambda"},
)


def worse(data, chance):
    """Bytes cut off, flipped, overwritten, repeated or replaced."""
    data, kind = bytearray(data), chance.randrange(6)
    at = chance.randrange(max(len(data), 1))
    if kind == 0:
        return bytes(data[:at])
    if kind == 1:
        return chance.randbytes(chance.randrange(2000))
    if kind == 2:
        data[at : at + 8] = chance.randbytes(8)
    elif kind == 3:
        data[at:at] = data[: chance.randrange(64)]
    else:
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(max(len(data), 1))
            data[place : place + 1] = bytes([chance.randrange(256)])
    return bytes(data)


def worse_json(value, chance):
    """JSON text in which one value was replaced, left out or nested."""
    value = json.loads(json.dumps(value))
    spots = list(_spots(value))
    holder, key = chance.choice(spots)
    kind = chance.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = [holder[key]] * chance.randrange(4)
    else:
        holder[key] = chance.choice(VALUES)
    return json.dumps(value)


def _spots(value):
    """Each place in nested lists and objects."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in list(keys):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _spots(value[key])


@contextlib.contextmanager
def bounded():
    """Fails if what is inside takes longer than it may."""

    def stop(*_):
        raise AssertionError(f"still running after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def peak_megabytes():
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sentence_of(read, errors):
    """What reading raises, which has to be one of `errors`; None if nothing.

    Anything else is a bug, and comes out as it is.
    """
    with bounded():
        try:
            read()
        except errors as error:
            text = str(error)
            assert text, repr(error)
            assert len(text) < 2000, text
            return text
    return None
