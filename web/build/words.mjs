// The widget's words as modules: one JSON file per language, cut into what is loaded when. Keys are kept once, with the
// code; a language's module is the list of its texts in the order of English.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../widget/src/locales', import.meta.url));
const PREFIX = 'virtual:words/';

/** Of all languages, English first. */
export function readLanguages() {
  const names = readdirSync(FOLDER).map((file) => file.replace('.json', ''));
  names.sort((a, b) => Number(b === 'en') - Number(a === 'en') || (a < b ? -1 : 1));
  return new Map(names.map((name) => [name, JSON.parse(readFileSync(`${FOLDER}/${name}.json`))]));
}

/** `files` names the module of each language's first words, for whoever loads them from outside. */
export function wordsPlugin(files = {}) {
  return {
    name: 'words',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      return codeOf(id.slice(PREFIX.length + 1), files);
    },
  };
}

/** Whether a module is a language's texts: of which section and language. */
export function wordsOf(moduleId) {
  const [section, language] = moduleId?.startsWith(`\0${PREFIX}`)
    ? moduleId.slice(PREFIX.length + 1).split('/')
    : [];
  return language && section !== 'keys' ? { section, language } : null;
}

function codeOf(path, files) {
  const languages = readLanguages();
  const english = languages.get('en');
  const [section, language] = path.split('/');
  if (path === 'loader') {
    const labels = [...languages].map(([name, { loader }]) => [
      name,
      [loader.open, loader.failed, files[name] ?? ''],
    ]);
    return `export const labels = ${JSON.stringify(Object.fromEntries(labels))};`;
  }
  if (section === 'keys')
    return `export const keys = ${JSON.stringify(Object.keys(english[language]))};`;
  if (language) {
    const texts = languages.get(language)[section];
    return `export const texts = ${JSON.stringify(Object.keys(english[section]).map((key) => texts[key]))};`;
  }
  const loads = [...languages.keys()].map(
    (name) => `${name}: () => import('${PREFIX}${section}/${name}')`,
  );
  return `export const languages = { ${loads.join(', ')} };`;
}
