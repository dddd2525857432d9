"""Settings of the load balancer: host name, routing, TLS, WAF, logs, response headers."""
