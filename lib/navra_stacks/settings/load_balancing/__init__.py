"""Settings of the load balancer: host, routing, TLS, WAF, access logs."""
