"""The emulated AWS: moto in a process of its own, patched for the Terraform AWS provider."""
