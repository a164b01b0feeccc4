"""What stands, grows, walks and drives in a street."""
