// The page at `/`: says what this is, and carries the widget once a channel exists.

import { serverPath, serverUrl } from '@switchboard/shared/browser/server-path.ts';
import { chooseLocale, createTranslator } from '@switchboard/shared/i18n.ts';
import type { Gets } from '@switchboard/shared/wire.ts';
import en from './locales/en.json';
import es from './locales/es.json';

type Word = keyof typeof en;
type Demo = Gets['/demo']['answer'];

const locale = chooseLocale(navigator.languages, ['en', 'es']);
const words = createTranslator<Word>(locale, locale === 'es' ? es : en, en);
const DEFAULT_CONSOLE = `${serverPath}/console`;
const COMMANDS = `switchboard org create "My company"
switchboard channel create Website --org ORG_ID`;

function element(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function say(tag: string, word: Word, className = ''): HTMLElement {
  return element(tag, className, words.t(word));
}

function product(number: 1 | 2 | 3): HTMLElement {
  const art = element('div', `art art-${number}`);
  art.ariaHidden = 'true';
  return element(
    'li',
    'product',
    art,
    say('h3', `shop.${number}.name`),
    say('p', `shop.${number}.text`),
  );
}

function consoleLink(url: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.className = 'button';
  link.href = url;
  link.textContent = words.t('open.console');
  return link;
}

function chatButton(): HTMLElement {
  const button = say('button', 'open.chat', 'button quiet');
  button.addEventListener('click', () => {
    (window as unknown as { Switchboard?: (call: string) => void }).Switchboard?.('open');
  });
  return button;
}

function embed(channelKey: string): HTMLElement {
  const script = document.createElement('script');
  script.src = `${serverPath}/widget.js`;
  script.dataset.key = channelKey;
  document.body.append(script);
  const tag = `<script src="${serverUrl()}/widget.js" data-key="${channelKey}" defer></script>`;
  return element('section', 'card', say('h2', 'embed.title'), say('p', 'embed.text'), code(tag));
}

function code(text: string): HTMLElement {
  const block = element('pre', '', element('code', '', text));
  block.tabIndex = 0;
  return block;
}

function noChannel(): HTMLElement {
  return element('section', 'card', say('h2', 'none.title'), say('p', 'none.text'), code(COMMANDS));
}

function draw(demo: Demo | null, isBroken: boolean): void {
  document.documentElement.lang = locale;
  const actions = element('p', 'actions', consoleLink(demo?.console_url ?? DEFAULT_CONSOLE));
  if (demo) actions.append(chatButton());
  const hero = element(
    'header',
    'hero',
    say('p', 'tag', 'tag'),
    say('h1', 'title'),
    say('p', 'lead'),
    actions,
  );
  const steps = ([1, 2, 3, 4] as const).map((number) => say('li', `try.${number}`));
  const guide = element('section', 'card', say('h2', 'try.title'), element('ol', '', ...steps));
  const broken = () =>
    element('section', 'card', say('h2', 'failed.title'), say('p', 'failed.text'));
  const channel = demo ? embed(demo.channel_key) : isBroken ? broken() : noChannel();
  const shop = element(
    'section',
    'shop',
    say('h2', 'shop.title'),
    say('p', 'shop.note'),
    element('ul', 'products', product(1), product(2), product(3)),
  );
  const page = document.getElementById('page');
  page?.replaceChildren(element('main', '', hero, element('div', 'cards', guide, channel), shop));
}

async function start(): Promise<void> {
  try {
    const response = await fetch(`${serverPath}/api/v1/demo`);
    if (response.ok) draw((await response.json()) as Demo, false);
    else draw(null, response.status !== 404);
  } catch {
    draw(null, true);
  }
}

void start();
