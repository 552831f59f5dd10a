"""The support modules that a generated package carries: keys, codecs, lanes, clients."""
