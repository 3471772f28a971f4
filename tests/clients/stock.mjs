// A visitor and an agent on npm's socket.io-client, written from PROTOCOL.md: prints one JSON line, or fails.
import { io } from 'socket.io-client';

const [url, transport, visitorToken, agentToken, sessionId] = process.argv.slice(2);
const transports = transport === 'upgrade' ? ['polling', 'websocket'] : [transport];

const connect = (token) =>
  new Promise((resolve, reject) => {
    const socket = io(url, { path: '/socket.io/chat', auth: { token }, transports, forceNew: true, reconnection: false });
    const seen = [];
    socket.onAny((name, data) => seen.push({ name, data }));
    socket.once('hello', (hello) => resolve({ socket, seen, hello }));
    socket.once('connect_error', reject);
  });

const call = async ({ socket }, event, data) => {
  const answer = await socket.timeout(20_000).emitWithAck(event, data);
  if (!answer.ok) throw Object.assign(new Error(answer.error.code), { error: answer.error });
  return answer.data;
};

const event = ({ socket, seen }, name, matches = () => true) =>
  new Promise((resolve, reject) => {
    const found = seen.find((one) => one.name === name && matches(one.data));
    if (found) return resolve(found.data);
    const timer = setTimeout(() => reject(new Error(`no ${name}`)), 20_000);
    socket.on(name, (data) => {
      if (!matches(data)) return;
      clearTimeout(timer);
      resolve(data);
    });
  });

const must = (condition, what) => {
  if (!condition) throw new Error(what);
};

const refusal = await connect('sbv_nonsense').catch((error) => error);
must(refusal instanceof Error && refusal.message === 'unauthenticated', `connect_error was ${refusal?.message}`);

const visitor = await connect(visitorToken);
const agent = await connect(agentToken);
must(visitor.hello.user.kind === 'visitor' && agent.hello.user.kind === 'agent', 'hello says who');

await call(visitor, 'join:session', sessionId);
const history = await event(visitor, 'session:history');
must(history.final === true && history.entries.length === 0, 'an empty history');
await call(agent, 'join:session', { sessionId });
await call(agent, 'session:takeover', { session_id: sessionId });

const text = 'héllo שלום \u2028 👩‍👩‍👧 "quoted" \\u0000';
const sent = await call(visitor, 'message:send', { session_id: sessionId, content: text, client_message_id: 'a-1' });
must(sent.entry.content === text && sent.duplicate === false, 'the committed entry');
const again = await call(visitor, 'message:send', { session_id: sessionId, content: 'other', client_message_id: 'a-1' });
must(again.duplicate === true && again.entry.id === sent.entry.id, 'a repeat is the first entry');
const seen = await event(agent, 'message:new', (entry) => entry.client_message_id === 'a-1');
must(seen.content === text, 'the agent reads it byte for byte');

await call(visitor, 'typing:start', { session_id: sessionId, preview: 'wri' });
const typing = await event(agent, 'typing:start');
must(typing.preview === 'wri', 'the preview');
await call(agent, 'message:send', { session_id: sessionId, content: 'reply' });
await event(visitor, 'message:new', (entry) => entry.content === 'reply');
await call(agent, 'message:send', { session_id: sessionId, content: 'secret', kind: 'note' });
const wrong = await call(visitor, 'session:takeover', { session_id: sessionId }).catch((error) => error.error);
must(wrong.code === 'forbidden', 'visitors take nothing over');
const unknown = await call(visitor, 'no:such', {}).catch((error) => error.error);
must(unknown.code === 'bad_request', 'unknown events are bad requests');
await call(agent, 'session:end', { session_id: sessionId });
await event(visitor, 'message:new', (entry) => entry.event === 'closed');
must(!visitor.seen.some((one) => one.data?.content === 'secret'), 'notes stay with agents');

const order = visitor.seen.filter((one) => one.name === 'message:new').map((one) => one.data);
order.reduce((last, entry) => {
  must(entry.prev === last, `prev ${entry.prev} after ${last}`);
  return entry.seq;
}, 0);
const big = await connect(visitorToken);
const gone = new Promise((resolve) => big.socket.once('disconnect', resolve));
const over = big.hello.limits.frame_bytes + 10;
big.socket.emit('typing:start', { session_id: sessionId, preview: 'x'.repeat(over) });
must((await event(big, 'error')).close === 4513, 'what is larger than a frame may be says so');
must((await gone) === 'io server disconnect', 'and ends for good');
const whole = await connect(visitorToken);
const fits = await call(whole, 'sync:request', { session_id: sessionId, pad: 'x'.repeat(over - 1_000) }).catch((error) => error.error);
must(fits.code !== 'too_large', 'what fits is read');

console.log(JSON.stringify({ ok: true, transport: visitor.socket.io.engine.transport.name }));
process.exit(0);
