"""A trained segmenter as files that run without this package.

Writers take a predictor (`artefacts.predictor`) and know neither networks nor
runs: `artefacts.exporter` brings both together.
"""
