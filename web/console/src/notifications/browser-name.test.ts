import { expect, test } from 'vitest';
import { browserName } from './browser-name.ts';

test('browsers are called by their makers’ names, whatever else they claim to be', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome · Linux');
  expect(browserName(`${chrome} Edg/140.0`)).toBe('Edge · Linux');
  expect(
    browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1'),
  ).toBe('Safari · iPhone');
  expect(browserName('curl/8')).toBe('Browser');
});
