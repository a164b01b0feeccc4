"""What the settings of the commands are made of."""
