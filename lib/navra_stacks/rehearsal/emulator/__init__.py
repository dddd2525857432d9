"""The emulated AWS: moto in a separate process, patched for the Terraform AWS provider."""
