"""The errors that foreign weights raise."""


class WeightsError(ValueError):
    """Weights that are missing, damaged, or do not fit the network."""


class BadContent(Exception):
    """What is wrong inside a file; whoever opened it adds its name.

    Internal to `tf_advseg.networks.weights`: users see a `WeightsError`.
    """


def shown(text: object, limit: int = 80) -> str:
    """Returns `text` quoted and short enough for a message.

    Args:
        text: A string from a foreign file, which may be long or strange.
        limit: The most characters to show.
    """
    text = str(text)
    return repr(text if len(text) <= limit else f"{text[:limit]}...")
