#!/bin/sh
# The interface of the official postgres image: the first start creates the database, and a
# temporary server answers on the socket meanwhile.
set -eu
case "${1:-}" in
  -*) set -- postgres "$@" ;;
esac
if [ "$1" != postgres ]; then
  exec "$@"
fi
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec su -m -s /bin/sh -- postgres "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo "Error: Database is uninitialized and superuser password is not specified." >&2
    exit 1
  fi
  user="${POSTGRES_USER:-postgres}"
  database="${POSTGRES_DB:-$user}"
  printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --no-sync --username="$user" --pwfile=/tmp/password --auth-local=trust \
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl --wait -o "-c listen_addresses=''" start
  if [ "$database" != postgres ]; then
    psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$user" --dbname postgres \
      --set db="$database" --quiet <<'SQL'
CREATE DATABASE :"db";
SQL
  fi
  pg_ctl --wait -m fast stop
  echo "PostgreSQL init process complete; ready for start up."
fi
exec "$@"
