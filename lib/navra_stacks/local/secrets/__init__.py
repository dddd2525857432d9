"""The secrets that containers inject, and their values from a file of the user."""
