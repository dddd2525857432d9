"""Run the migrations on the database of DATABASE_URL."""

import os

import sqlalchemy
from alembic import context

url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
with sqlalchemy.create_engine(url, connect_args={"connect_timeout": 10}).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    print("database is at the newest revision", flush=True)
