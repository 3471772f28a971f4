// The page's title while its tab is in the background: what came, in turn with its own.

const TURN_MS = 1_500;

let stop = () => {};
let count = 0;

export function blink(text: string): void {
  stop();
  count += 1;
  const line = `(${count}) ${text}`;
  let own = document.title;
  const turn = () => {
    // The page may have set another one meanwhile.
    if (document.title !== line) own = document.title;
    document.title = document.title === line ? own : line;
  };
  turn();
  const timer = setInterval(turn, TURN_MS);
  const look = () => {
    if (document.visibilityState === 'hidden') return;
    count = 0;
    stop();
  };
  document.addEventListener('visibilitychange', look);
  stop = () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
    if (document.title === line) document.title = own;
    stop = () => {};
  };
}
