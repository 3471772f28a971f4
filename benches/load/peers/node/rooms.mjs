// The job of a room: join it, send messages which are acked and go to everybody in it, type without an ack.

/** Has a Socket.IO server do the job; nothing is stored. */
export function serveRooms(io) {
  io.on('connection', (socket) => {
    socket.on('join', ({ room }, ack) => {
      socket.join(room);
      ack({ ok: true });
    });
    socket.on('message', ({ room, content }, ack) => {
      io.to(room).emit('message', { room, content });
      ack({ ok: true });
    });
    socket.on('typing', ({ room, content }) => {
      socket.to(room).emit('typing', { room, content });
    });
  });
}
