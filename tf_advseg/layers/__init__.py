"""Small Keras layers that carry one idea each."""
