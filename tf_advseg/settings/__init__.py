"""Everything a user can say, one file a command; no TensorFlow here.

A file holds the command's help (its docstring), its settings, and a `Command`.
What several commands share is in `parts`.
"""
