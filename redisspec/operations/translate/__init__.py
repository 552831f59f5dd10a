"""From an operation's steps to the pieces of its script: checked and translated in one walk."""
