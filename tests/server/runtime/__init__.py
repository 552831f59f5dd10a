"""The runtime against real servers, sync and async through one driver."""
