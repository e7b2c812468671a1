import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: { alias: { '~': '/src' } },
  build: {
    // The oldest web view we support is the one of macOS 13.
    target: 'safari16',
    // The policy forbids inline scripts and data: fonts, so nothing is inlined.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    globals: true,
    setupFiles: ['./test/setup.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 20_000,
    restoreMocks: true,
  },
});
