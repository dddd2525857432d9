"""A small API on PostgreSQL and Redis."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import cache

import redis
import sqlalchemy
from fastapi import FastAPI, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@cache
def database() -> sqlalchemy.engine.Engine:
    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    return sqlalchemy.create_engine(
        url, pool_pre_ping=True, connect_args={"connect_timeout": 3}, future=True
    )


@cache
def store() -> redis.Redis:
    return redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=3, socket_timeout=3)


@contextmanager
def transaction() -> Iterator[sqlalchemy.engine.Connection]:
    with database().begin() as connection:
        yield connection


@app.get("/health/live")
def live() -> dict[str, str]:
    return {"status": "live"}


@app.get("/health/ready")
def ready() -> JSONResponse:
    faults = {}
    try:
        with transaction() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))
    except Exception as error:
        faults["database"] = type(error).__name__
    try:
        store().ping()
    except Exception as error:
        faults["redis"] = type(error).__name__
    return JSONResponse(
        {"status": "ready" if not faults else "faulty"} | faults, 503 if faults else 200
    )


@app.get("/api/items")
def items() -> list[dict[str, object]]:
    with transaction() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT id, name FROM items ORDER BY id"))
        return [{"id": row.id, "name": row.name} for row in rows]


@app.post("/api/items", status_code=201)
def add(item: Item) -> dict[str, object]:
    with transaction() as connection:
        statement = sqlalchemy.text("INSERT INTO items (name) VALUES (:name) RETURNING id")
        return {
            "id": connection.execute(statement, {"name": item.name}).scalar(),
            "name": item.name,
        }


@app.get("/api/cache/{key}")
def cached(key: str) -> dict[str, str]:
    value = store().get(key)
    if value is None:
        raise HTTPException(404, "no such key")
    return {"value": value.decode()}


@app.put("/api/cache/{key}")
async def remember(key: str, request: Request) -> dict[str, str]:
    body = await request.body()
    await asyncio.to_thread(store().set, key, body)
    return {"value": body.decode()}


@app.websocket("/api/ws")
async def echo(socket: WebSocket) -> None:
    offered = socket.scope.get("subprotocols") or [None]
    await socket.accept(subprotocol=offered[0])
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") == "close":
                await socket.close(4001)
                return
            if message.get("text") is not None:
                await socket.send_text(message["text"])
            else:
                await socket.send_bytes(message["bytes"])
    except WebSocketDisconnect:
        return


@app.post("/api/upload")
async def upload(request: Request) -> dict[str, object]:
    digest, size = hashlib.sha256(), 0
    async for part in parts(request):
        digest.update(part)
        size += len(part)
    return {"size": size, "sha256": digest.hexdigest()}


async def parts(request: Request) -> AsyncIterator[bytes]:
    """The body, or the first file of a form with the type multipart/form-data."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        async for part in request.stream():
            yield part
        return
    form = await request.form()  # a large file is written to /tmp
    file = next(value for value in form.values() if not isinstance(value, str))
    while part := await file.read(65536):
        yield part


@app.get("/api/stream")
async def stream(count: int = 5, pause: float = 0.5) -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(count):
            if number:
                await asyncio.sleep(pause)
            yield f"chunk {number}\n".encode()

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/api/headers")
def headers(request: Request) -> dict[str, object]:
    return {
        "client": request.client.host if request.client else None,
        "headers": dict(request.headers),
        "scheme": request.url.scheme,
    }


@app.get("/api/environment/{name}")
def environment(name: str) -> dict[str, object]:
    """Whether a variable is set, without its value."""
    return {"set": bool(os.environ.get(name)), "user": os.getuid()}
