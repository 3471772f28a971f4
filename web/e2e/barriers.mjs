// What a machine can find in a page that keeps people out.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Beyond the standard: two places of one name, and roles that an element cannot have. */
const MORE = { 'landmark-unique': { enabled: true }, 'aria-allowed-role': { enabled: true } };
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page's policy must allow foreign scripts (`bypassCSP`).
 * @param {import('playwright-core').Page} page @param {string} where */
export async function checkBarriers(page, where) {
  // Colours fade in; halfway they are not what they will be.
  await page.waitForTimeout(300);
  await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, rules: ${JSON.stringify(MORE)} }).then((result) =>
      result.violations.map((it) => [it.id, it.nodes[0].target.join(' '), it.nodes[0].failureSummary].join(': ')))`,
  );
  assert.deepEqual(found, [], where);
}
