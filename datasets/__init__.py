"""Domains and the pipeline that turns two of them into training batches.

What stands in `__init__.pyi` is imported when it is first used: worker
processes that only look at files start without TensorFlow.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
