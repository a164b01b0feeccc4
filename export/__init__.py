"""A trained segmenter as files that run without this package.

What goes into them is written for a predictor (`graph.predictor`) and knows
neither networks nor runs: `commands.export` brings both together.
"""
