"""From two folders to the files of a first run: `tf_advseg init`."""
