// 5,000 events in the connect callback of npm's socket.io-client: each acked once, in order, none lost.
import { io } from 'socket.io-client';

const [url, transport, visitorToken, , sessionId] = process.argv.slice(2);
const EVENTS = 5_000;

const socket = io(url, { path: '/socket.io/chat', auth: { token: visitorToken }, transports: [transport], reconnection: false });
const acked = [];
const news = [];

const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const finish = () => {
  if (acked.length < EVENTS || news.length < EVENTS) return;
  acked.forEach((number, at) => number === at || fail(`ack ${number} came as number ${at}`));
  news.forEach((entry, at) => {
    if (entry.seq !== at + 1 || entry.content !== `m${at}`) fail(`entry ${at} is ${JSON.stringify(entry)}`);
  });
  console.log(JSON.stringify({ ok: true }));
  process.exit(0);
};

socket.on('connect_error', (error) => fail(`connect_error: ${error.message}`));
socket.on('disconnect', (reason) => fail(`disconnected (${reason}) after ${acked.length} acks and ${news.length} entries`));
socket.on('error', (error) => fail(`error: ${JSON.stringify(error)}`));
socket.on('message:new', (entry) => {
  news.push(entry);
  finish();
});
socket.on('connect', () => {
  socket.emit('join:session', sessionId, (answer) => answer.ok || fail(JSON.stringify(answer)));
  for (let number = 0; number < EVENTS; number += 1) {
    socket.emit('message:send', { session_id: sessionId, content: `m${number}`, client_message_id: `c${number}` }, (answer) => {
      if (!answer.ok) fail(`message ${number}: ${JSON.stringify(answer.error)}`);
      acked.push(number);
      finish();
    });
  }
});
