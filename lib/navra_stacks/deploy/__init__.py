"""Deploy images to the services of an environment, and follow each deployment to its end."""
