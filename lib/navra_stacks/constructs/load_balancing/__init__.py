"""The load balancer with listeners and target groups, DNS records, the certificate and AWS WAF."""
