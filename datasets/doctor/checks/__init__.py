"""The checks, one file each: surveys in, findings out."""
