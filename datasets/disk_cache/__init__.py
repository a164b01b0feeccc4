"""Decoded and resized samples kept on disk, from one run to the next.

    CACHE_DIR/gta5-train-720x1280-1f3a9c0e77d2/
        about.json        what it holds, for people
        writer.lock       held by the run that writes
        00001.tfrecord    samples, one a record: image bytes, then label bytes
        00001.json        where each sample lies, its shapes and its CRC-32
        00002.tfrecord ...

The folder's name ends in a fingerprint of the data, the size and the code
that makes the pixels: if one changes, another folder is begun. A shard is
written under another name, renamed when it is whole, and counts once its
index is there. So a run that is killed loses at most the shard it was
writing, and the next one goes on. Every sample is checked when it is read.
"""
