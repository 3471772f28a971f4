// How the chat looks: as the page says, else as the channel says.

import { readPosition, readTheme, type Theme } from './options.ts';
import type { Stage } from './stage.ts';

/** Follows the channel and the system from now on. */
export function startLook({ chat, base, host, kit, options, launcher, isPage }: Stage) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let asked = options.theme;
  const apply = () => {
    const { channel } = chat.state.get();
    const theme: Theme = asked ?? readTheme(channel?.theme) ?? 'auto';
    host.dataset.theme = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme;
    // What is no colour leaves the one before.
    kit.paintBase(base, channel?.color ?? null);
    kit.paintBase(base, options.color);
    const position = options.position ?? readPosition(channel?.position);
    if (position) kit.placeHost(host, base, position);
    if (!options.label && channel?.launcher_label) launcher.textContent = channel.launcher_label;
  };
  if (isPage) host.dataset.page = '';
  let seen = chat.state.get().channel;
  const stop = chat.state.subscribe(({ channel }) => {
    if (channel === seen) return;
    seen = channel;
    apply();
  });
  apply();
  dark.addEventListener('change', apply);
  return {
    setTheme(theme: Theme | null) {
      asked = theme;
      apply();
    },
    stop() {
      stop();
      dark.removeEventListener('change', apply);
    },
  };
}
