"""What annotation tools export, read: one format a file."""
