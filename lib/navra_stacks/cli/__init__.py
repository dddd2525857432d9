"""The larger commands of `navra`, one a file; what each needs is imported when it runs."""
