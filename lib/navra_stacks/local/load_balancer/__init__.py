"""An Application Load Balancer's data plane on this machine, described by a Terraform document."""
