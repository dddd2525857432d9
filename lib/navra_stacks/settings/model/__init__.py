"""The base of every settings type: field types, validation messages, interpolation."""
