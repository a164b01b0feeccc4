"""A trained segmenter as files that run without this package.

Everything here takes a predictor (`tf_advseg.export.predictor`) and knows
neither networks nor runs: `tf_advseg.exporting` brings both together.
"""
