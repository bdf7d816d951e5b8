#!/bin/sh
# Make the application's role and database: no superuser, so that row-level security binds it.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres -v password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE directpay LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE directpay OWNER directpay;
SQL
