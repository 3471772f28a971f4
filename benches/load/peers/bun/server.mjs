// Socket.IO 4 on Bun, over the engine that Socket.IO makes for it.
import { Server as Engine } from '@socket.io/bun-engine';
import { Server } from 'socket.io';
import { serveRooms } from '../node/rooms.mjs';

const io = new Server();
const engine = new Engine({ path: '/socket.io/' });
io.bind(engine);
serveRooms(io);
const listening = Bun.serve({ hostname: '127.0.0.1', port: 0, ...engine.handler() });
console.log(`listening on 127.0.0.1:${listening.port}`);
