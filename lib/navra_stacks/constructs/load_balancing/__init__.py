"""The load balancer, its listeners and target groups, DNS, TLS and WAF."""
