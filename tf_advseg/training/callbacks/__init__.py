"""What watches a training run: Keras callbacks, one idea a file.

They count in steps: the loop of `tf_advseg.training.loop` calls
`on_train_batch_end(step, logs)` with the number of updates made so far.
"""
