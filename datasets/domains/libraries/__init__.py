"""Data sets of tensorflow_datasets and of Hugging Face, read where they lie."""
