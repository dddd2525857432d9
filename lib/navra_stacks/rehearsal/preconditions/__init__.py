"""Makes in the emulator what a document takes for granted: what its data sources look up."""
