"""Images of real servers and of faulty programs, made of Debian packages without a registry."""
