"""What the examples share: an embedded server, a checklist, the commands that they show."""
