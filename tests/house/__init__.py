"""The house: packaging, import contracts, start-up and the files that a project owes its readers."""
