"""What artefacts of all formats share: home images, facts, a workshop."""
