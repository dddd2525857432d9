"""Changes of an applied environment, on an emulated AWS."""
