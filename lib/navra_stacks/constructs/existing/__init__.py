"""The recorded ids of resources that exist already."""
