/**
 * Builds the operator's window into `dist/renderer/`. Nothing is inlined, so that the page runs under a content security
 * policy without `unsafe-inline`; paths are relative, so that Electron and the browser host serve the same files.
 */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    /** Of Electron 45 and of kiosk browsers; `light-dark()` and subgrid need it. */
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
