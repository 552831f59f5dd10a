"""The spec language as pydantic models, one to one with the YAML: the schema and the reference come from them.

Only the slow path imports these: a spec without a mistake of shape is read by the tables of
`spec/shapes.py`, which are made from them (pydantic's import alone costs more than a small lint).
"""
