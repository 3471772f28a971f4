import { describe, expect, it } from 'vitest';
import { PLAIN_LOOK, scriptTag, snippet, WAYS } from './snippets.ts';

const PLACE = { server: 'https://chat.example.com', key: 'swk_1', look: PLAIN_LOOK };

describe('what is put on a site', () => {
  it('is one line where nothing differs from the channel', () => {
    expect(scriptTag(PLACE)).toBe(
      '<script src="https://chat.example.com/widget.js" data-key="swk_1" defer></script>',
    );
  });

  it('names the channel in every way', () => {
    for (const way of WAYS) expect(snippet(way, PLACE)).toContain('swk_1');
  });

  it('says in attributes and in the object what differs', () => {
    const look = { ...PLAIN_LOOK, lang: 'es', launcherLabel: ' Ask us ' };
    expect(scriptTag({ ...PLACE, look })).toContain(
      ' data-lang="es" data-launcher-label="Ask us" defer',
    );
    expect(snippet('settings', { ...PLACE, look })).toContain(
      "{ key: 'swk_1', lang: 'es', launcherLabel: 'Ask us' }",
    );
  });

  it('keeps whatever is written inside its place', () => {
    const odd = `"'</script><b>\\`;
    const look = { ...PLAIN_LOOK, launcherLabel: odd };
    const escaped =
      /data-launcher-label="([^"<>]*)"/.exec(scriptTag({ ...PLACE, look }))?.[1] ?? '';
    const plain = escaped.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
    expect(plain).toBe(odd);
    for (const way of ['settings', 'tagManager', 'react'] as const) {
      const text = snippet(way, { ...PLACE, look });
      const object = /switchboardSettings = (\{.*\});/.exec(text)?.[1] ?? '';
      expect(text.match(/<\/script>/g)?.length ?? 0).toBe(
        way === 'react' ? 0 : way === 'settings' ? 2 : 1,
      );
      expect(new Function(`return ${object}`)().launcherLabel).toBe(odd);
    }
  });
});
