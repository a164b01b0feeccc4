"""Domains: images of one camera or one renderer, and what they show.

A domain (`domains/domain.py`) is a value that knows its classes and reads one
image and one label by its key; everything else here makes or uses one.

domains      what a domain is; a user's own folder, a published data set
streets      two domains that are drawn from a seed and need no files
published    the data sets that others published, one value a file
registered   the domains that have a name of their own
classes      class sets, class maps, and how classes become other classes
files        images and labels from files: decoded, resized, kept in memory
archives     zip and tar files that are read like folders
disk_cache   decoded samples that are kept on the disk from run to run
pipeline     from two domains to training batches
manifests    what the data of a split is, to the byte, and an id for it
file_facts   what one look at a file shows, without TensorFlow
doctor       what is wrong with the data of two domains

What stands in `__init__.pyi` is imported when it is first used: worker
processes that only look at files start without TensorFlow.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
