"""The types of an environment and every rule that it must obey; nothing here starts node.

Where no name is used before it is defined, annotations are not put off: pydantic would have to
evaluate the text of each, whenever the library is imported.
"""
