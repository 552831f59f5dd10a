"""The runtime of the patterns against real servers: models, crowds, killed clients."""
