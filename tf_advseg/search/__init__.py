"""Settings that train better, found by trying them: `tf_advseg tune`."""
