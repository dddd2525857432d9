"""The types of an environment and every rule that it must obey; nothing here starts node."""
