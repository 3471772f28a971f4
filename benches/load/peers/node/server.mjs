// Socket.IO 4 on Node: its own adapter, `ws` below, WebSocket only, no compression (the default).
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serveRooms } from './rooms.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });
serveRooms(io);
http.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  console.log(`listening on 127.0.0.1:${http.address().port}`);
});
