"""From the nodes of spec files to a program."""
