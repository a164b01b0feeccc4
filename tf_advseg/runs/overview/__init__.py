"""Many runs at a look: listed, compared, tagged, pruned, traced back.

Read without TensorFlow, from plain files in the runs' folders. Whatever is
missing, damaged or no run at all is named, and the rest goes on.
"""
