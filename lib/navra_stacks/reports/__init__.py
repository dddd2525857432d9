"""Reports on environments and documents, for people who review them."""
