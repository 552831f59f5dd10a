"""A model of what the declared structures do, independent of the scripts: plain Python over encoded values."""
