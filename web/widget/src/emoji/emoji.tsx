// Signs to put into a message, by kind; found with the arrow keys as well.

import { useLayoutEffect, useRef } from 'preact/hooks';
import type { WordKey, Words } from '../words.ts';
import css from './emoji.css?inline';

export { css };

interface EmojiProps {
  onPick: (sign: string) => void;
  onClose: () => void;
  words: Words;
}

const GROUPS: readonly [WordKey, string][] = [
  [
    'emoji.faces',
    '😀 😃 😄 😁 😆 😅 😂 🙂 🙃 😉 😊 😇 🥰 😍 😘 😋 😛 🤪 🤗 🤭 🤔 🤐 😐 😏 😒 🙄 😬 😌 😔 😴 😷 🤒 🥵 🥶 🤯 😎 🤓 😕 😟 🙁 😮 😲 😳 🥺 😢 😭 😱 😤 😡',
  ],
  ['emoji.hands', '👍 👎 👌 ✌️ 🤞 🤝 👏 🙌 👋 🙏 💪 👀 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 💕 💯 ✨ ⭐ 🔥 🎉'],
  [
    'emoji.nature',
    '🐶 🐱 🐭 🐰 🦊 🐻 🐼 🦁 🐸 🐝 🦋 🐢 🌸 🌻 🌲 🍀 ☀️ ⛅ 🌧️ ❄️ 🍎 🍌 🍓 🍕 🍔 🍟 🥗 🍰 🍫 ☕ 🍵 🍷',
  ],
  [
    'emoji.things',
    '💡 🛋️ 🛒 🎁 📦 🚚 🚗 ✈️ 🏠 📱 💻 🖨️ 📷 🔋 🔌 🔧 🔑 🔒 📎 📄 📧 📞 📅 ⏰ 💶 💳 ✅ ❌ ❓ ❗ ➡️ ⬅️',
  ],
];

export function Emoji({ onPick, onClose, words }: EmojiProps) {
  const ref = useRef<HTMLDivElement>(null);
  const all = () => [...(ref.current?.querySelectorAll('button') ?? [])];
  useLayoutEffect(() => all()[0]?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
      return;
    }
    const isRightToLeft = words.dir === 'rtl';
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    const buttons = all();
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const side = Math.abs(step) === 1 && isRightToLeft ? -step : step;
    buttons[Math.min(buttons.length - 1, Math.max(0, at + side))]?.focus();
  };
  return (
    <div
      ref={ref}
      class="emoji"
      role="dialog"
      aria-label={words.t('composer.emoji')}
      onKeyDown={onKeyDown}
    >
      {GROUPS.map(([name, signs], group) => (
        <fieldset key={name}>
          <legend>{words.t(name)}</legend>
          {signs.split(' ').map((sign, at) => (
            <button
              key={sign}
              type="button"
              // The arrow keys lead to the others.
              tabIndex={group + at === 0 ? 0 : -1}
              onClick={() => onPick(sign)}
            >
              {sign}
            </button>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
