"""A visitor and an agent on PyPI's python-socketio, written from PROTOCOL.md: prints one JSON line, or fails."""

import asyncio
import json
import sys

import socketio

URL, TRANSPORT, VISITOR_TOKEN, AGENT_TOKEN, SESSION_ID = sys.argv[1:]
TRANSPORTS = ["polling", "websocket"] if TRANSPORT == "upgrade" else [TRANSPORT]


class Client:
    def __init__(self):
        self.sio = socketio.AsyncClient(reconnection=False)
        self.seen = []
        self.refusal = None
        self.sio.on("*", self.note)
        self.sio.on("connect_error", self.refuse)

    async def refuse(self, reason):
        self.refusal = reason

    async def note(self, event, *data):
        self.seen.append((event, data[0] if data else None))

    async def connect(self, token):
        await self.sio.connect(
            URL, socketio_path="/socket.io/chat", auth={"token": token}, transports=TRANSPORTS, wait_timeout=20
        )
        return await self.event("hello")

    async def call(self, event, data):
        answer = await self.sio.call(event, data, timeout=20)
        if not answer["ok"]:
            raise RuntimeError(answer["error"]["code"])
        return answer["data"]

    async def event(self, name, matches=lambda data: True):
        for _ in range(1000):
            for event, data in self.seen:
                if event == name and matches(data):
                    return data
            await asyncio.sleep(0.02)
        raise RuntimeError(f"no {name}")


async def main():
    refused = Client()
    try:
        await refused.connect("sbv_nonsense")
        raise SystemExit("a wrong token was accepted")
    except socketio.exceptions.ConnectionError:
        assert refused.refusal["message"] == "unauthenticated", refused.refusal

    visitor, agent = Client(), Client()
    assert (await visitor.connect(VISITOR_TOKEN))["user"]["kind"] == "visitor"
    assert (await agent.connect(AGENT_TOKEN))["user"]["kind"] == "agent"
    await visitor.call("join:session", {"session_id": SESSION_ID})
    await agent.call("join:session", {"session_id": SESSION_ID})
    await agent.call("session:takeover", {"session_id": SESSION_ID})
    sent = await visitor.call("message:send", {"session_id": SESSION_ID, "content": "hola 🙂"})
    seen = await agent.event("message:new", lambda entry: entry["id"] == sent["entry"]["id"])
    assert seen["content"] == "hola 🙂"
    await agent.call("message:send", {"session_id": SESSION_ID, "content": "reply"})
    await visitor.event("message:new", lambda entry: entry["content"] == "reply")
    await agent.call("session:end", {"session_id": SESSION_ID})
    await visitor.event("message:new", lambda entry: entry["event"] == "closed")
    print(json.dumps({"ok": True}))
    await visitor.sio.disconnect()
    await agent.sio.disconnect()


asyncio.run(main())
