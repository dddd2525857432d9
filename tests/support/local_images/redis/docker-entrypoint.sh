#!/bin/sh
# The interface of the official redis image: arguments are those of redis-server.
set -e
case "${1:-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -R redis /data
  exec su -m -s /bin/sh -- redis "$0" "$@"
fi
case " $* " in
  " redis-server"*" --protected-mode "*) ;;
  # The official image is built without the protected mode.
  " redis-server"*) set -- "$@" --protected-mode no ;;
esac
exec "$@"
