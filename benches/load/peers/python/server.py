"""python-socketio on uvicorn: the job of a room, nothing stored."""

import asyncio
import socket

import socketio
import uvicorn

sio = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])


@sio.event
async def join(sid, data):
    await sio.enter_room(sid, data["room"])
    return {"ok": True}


@sio.event
async def message(sid, data):
    await sio.emit("message", data, room=data["room"])
    return {"ok": True}


@sio.event
async def typing(sid, data):
    await sio.emit("typing", data, room=data["room"], skip_sid=sid)


def main():
    """Listens on a free port and says which."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(f"listening on 127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(socketio.ASGIApp(sio), log_level="error", ws_per_message_deflate=False, lifespan="off")
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


if __name__ == "__main__":
    main()
