"""The program that every front end lowers to and every rule and emitter reads."""
