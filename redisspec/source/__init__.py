"""What was read: text, positions, YAML nodes and suppression comments."""
