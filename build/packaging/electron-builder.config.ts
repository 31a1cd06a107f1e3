/**
 * How installers are made: `npm run dist`, output in `dist/installers/`. For Windows an installer for the whole machine, for
 * Linux AppImage and deb. `TALLYDOCK_ELECTRON_DIST` names a folder to take Electron from instead of fetching it.
 *
 * Make each system's installers on that system: add-ons of other systems are not installed here.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Configuration } from 'electron-builder'

const HERE = import.meta.dirname
const MADE = join(HERE, '..', '..', 'dist', 'packaging')

/** What the packager does after installing, and then what we need: the group and the udev rules. */
function afterInstall(): string {
  const { resolve } = createRequire(import.meta.url)
  const usual = join(
    dirname(resolve('app-builder-lib/package.json')),
    'templates',
    'linux',
    'after-install.tpl',
  )
  const ours = join(HERE, 'linux', 'after-install.sh')
  const script = join(MADE, 'after-install.tpl')
  mkdirSync(MADE, { recursive: true })
  writeFileSync(script, readFileSync(usual, 'utf8') + readFileSync(ours, 'utf8'))
  return script
}

const config: Configuration = {
  appId: 'org.tallydock.station',
  productName: 'Tallydock',
  copyright: 'MIT licence',
  directories: { output: 'dist/installers', buildResources: 'build/packaging' },
  ...(process.env.TALLYDOCK_ELECTRON_DIST === undefined
    ? {}
    : { electronDist: process.env.TALLYDOCK_ELECTRON_DIST }),

  files: [
    'package.json',
    'LICENSE',
    'electron/**',
    '!electron/launch.ts',
    '!electron/electron-binary.ts',
    'src/**',
    'assets/**',
    'dist/renderer/**',
    // Electron brings Node; the window is built into one file.
    '!node_modules/node/**',
    '!node_modules/node-*/**',
    // What the add-on was compiled from.
    '!node_modules/better-sqlite3/{deps,src}/**',
    '!node_modules/**/*.{map,ts,mts,cts,md,markdown}',
    '!node_modules/**/{test,tests,__tests__,docs,example,examples}/**',
  ],
  // Node runs the sources as they are. In an archive, worker threads, processes of their own and native add-ons would each
  // need an exception, and the folder of a program installed for the whole machine is the administrator's to change.
  asar: false,
  // The native add-ons speak Node-API: what npm installed fits Electron's Node too.
  npmRebuild: false,

  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    grantFileProtocolExtraPrivileges: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    // Both concern archives only.
    enableEmbeddedAsarIntegrityValidation: false,
    onlyLoadAppFromAsar: false,
  },

  win: { target: ['nsis'], icon: 'build/packaging/icon.ico' },
  nsis: {
    oneClick: false,
    perMachine: true,
    allowToChangeInstallationDirectory: false,
    deleteAppDataOnUninstall: false,
  },

  linux: {
    target: ['AppImage', 'deb'],
    category: 'Utility',
    icon: 'build/packaging/icons',
    executableName: 'tallydock',
    maintainer: 'Tallydock',
    synopsis: 'Receiving-dock station for disk import/export services',
    extraResources: [{ from: 'build/packaging/linux/70-tallydock.rules', to: 'linux/70-tallydock.rules' }],
  },
  deb: {
    depends: ['util-linux', 'mount', 'udev', 'libgtk-3-0', 'libnss3', 'libxss1', 'libasound2', 'libgbm1'],
    recommends: [
      'dislocker',
      'socat',
      'cryptsetup-bin',
      'ntfs-3g',
      'exfat-fuse',
      'smartmontools',
      'cups-client',
    ],
    afterInstall: afterInstall(),
    fpm: [`${join(HERE, 'linux', '70-tallydock.rules')}=/usr/lib/udev/rules.d/70-tallydock.rules`],
  },
}

export default config
