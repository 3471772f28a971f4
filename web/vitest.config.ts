// Unit tests of every workspace; none needs a browser, so they run in plain node.
import { defineConfig } from 'vitest/config';
import { wordsPlugin } from './build/words.mjs';

const config = defineConfig({
  plugins: [wordsPlugin()],
  test: {
    include: ['{shared,widget,console}/{src,test,browser,push-worker}/**/*.test.ts'],
    environment: 'node',
    // Property tests take seconds on a quiet machine, and many times that on a busy one: this ends what hangs, no more.
    testTimeout: 60_000,
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default config;
