#!/bin/sh
# As in the official image: a first step changes the configuration where it can.
if ! touch /etc/nginx/conf.d/default.conf 2>/dev/null; then
  echo "docker-entrypoint.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)"
fi
exec "$@"
