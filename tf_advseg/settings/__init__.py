"""Everything a user can say; no TensorFlow here."""
