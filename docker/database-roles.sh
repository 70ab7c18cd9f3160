#!/bin/sh
# Runs once, when the database's volume is empty: the roles, the database and the extension.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set owner_password="$ATELIER_OWNER_PASSWORD" --set worker_password="$ATELIER_WORKER_PASSWORD" <<'SQL'
CREATE ROLE atelier LOGIN PASSWORD :'owner_password';
CREATE ROLE atelier_worker LOGIN CONNECTION LIMIT 40 PASSWORD :'worker_password';
CREATE DATABASE atelier OWNER atelier;
REVOKE ALL ON DATABASE atelier FROM PUBLIC;
GRANT CONNECT ON DATABASE atelier TO atelier_worker;
\connect atelier
CREATE EXTENSION vector;
SQL
