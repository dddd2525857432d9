"""Changes to a copy of a document that allow it to be applied to the emulator and destroyed."""
