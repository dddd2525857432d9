#!/bin/sh
# Writes the number of its process to a file.
set -e
echo $$ >/var/run/application.pid
exec httpd -f -p 8080 -h /srv/www
