"""Changes to a copy of a document, so that it can be applied to the emulator and destroyed."""
