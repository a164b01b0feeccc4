"""What a segmenter does on one split: one loop that feeds counters.

`evaluating` chooses what is counted, `loop` predicts, `counters` add up.
"""
