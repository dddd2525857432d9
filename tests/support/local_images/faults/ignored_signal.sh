#!/bin/sh
# Ignores SIGTERM.
trap '' TERM
exec httpd -f -p 8080 -h /srv/www
