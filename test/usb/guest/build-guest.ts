import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/**
 * A small Debian machine for QEMU. Its kernel, udev and the disk tools this machine lacks come from Debian's packages,
 * unpacked into a folder and never installed; everything else is this machine's own system, which the guest sees read-only
 * below a layer of memory: the guest runs the very Node.js, packages and sources that the tests run.
 *
 * Made once per machine (seconds, some 80 MB from the Debian mirror) and kept in the folder for temporary files.
 */
export interface GuestParts {
  readonly kernel: string
  readonly initrd: string
  /** Folder laid over this machine's root. */
  readonly layer: string
}

/** What the guest needs beyond Node.js; packages this machine has already are not fetched again. */
const PACKAGES = [
  'linux-image-amd64',
  ...['udev', 'kmod', 'util-linux', 'mount', 'fuse3'],
  ...['ntfs-3g', 'cryptsetup-bin', 'smartmontools', 'dbus', 'polkitd', 'udisks2'],
]

/** What the initial file system needs to reach this machine's root. */
const FIRST_MODULES = ['virtio_pci', 'virtio_console', '9pnet_virtio', '9p', 'overlay']

/** Raised when what is built here changes. */
const VERSION = 1
const CACHE = join(tmpdir(), `tallydock-usb-guest-${VERSION}`)

/** Answers the parts, building them first where they are missing. Needs root: apt and depmod do. */
export function guestParts(): GuestParts {
  const parts = { kernel: join(CACHE, 'vmlinuz'), initrd: join(CACHE, 'initrd'), layer: join(CACHE, 'layer') }
  if (existsSync(join(CACHE, 'made'))) return parts
  rmSync(CACHE, { recursive: true, force: true })
  const draft = `${CACHE}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft)
  try {
    const layer = unpack(fetchPackages(draft), draft)
    const version = readdirSync(join(layer, 'usr/lib/modules'))[0]
    if (version === undefined) throw new Error('The Debian kernel package holds no modules.')
    renameSync(join(layer, `boot/vmlinuz-${version}`), join(draft, 'vmlinuz'))
    execFileSync('depmod', ['-b', join(layer, 'usr'), version])
    writeInitrd(draft, join(layer, 'usr/lib/modules', version))
    for (const used of ['archives', 'first']) rmSync(join(draft, used), { recursive: true })
    writeFileSync(join(draft, 'made'), version)
    renameSync(draft, CACHE)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return parts
}

/** Answers package files: those named and whatever of theirs this machine does not have. */
function fetchPackages(folder: string): readonly string[] {
  const archives = join(folder, 'archives')
  mkdirSync(join(archives, 'partial'), { recursive: true })
  const apt = (...args: string[]) =>
    execFileSync(
      'apt-get',
      ['-qq', '-o', 'APT::Sandbox::User=root', '-o', 'DPkg::Lock::Timeout=120', ...args],
      {
        stdio: 'pipe',
      },
    )
  apt('update')
  const here = ['--reinstall', '--no-install-recommends', '-o', `Dir::Cache::archives=${archives}`]
  apt('install', '-y', '--download-only', ...here, ...PACKAGES)
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name))
}

/** Debian 12 keeps /bin, /sbin and /lib as links into /usr; its packages do not all know. */
function unpack(packages: readonly string[], folder: string): string {
  const layer = join(folder, 'layer')
  mkdirSync(layer)
  for (const merged of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(layer, 'usr', merged), { recursive: true })
    symlinkSync(`usr/${merged}`, join(layer, merged))
  }
  for (const file of packages) {
    const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', file], { maxBuffer: 1024 * 1024 * 1024 })
    execFileSync('tar', ['-x', '-C', layer, '--keep-directory-symlink'], {
      input: tar,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }
  return layer
}

function writeInitrd(folder: string, modules: string): void {
  const root = join(folder, 'first')
  for (const name of ['bin', 'dev', 'proc', 'sys', 'mod', 'host', 'layer', 'memory', 'new'])
    mkdirSync(join(root, name), { recursive: true })
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
  copyFileSync(join(import.meta.dirname, 'first-init.sh'), join(root, 'init'))
  execFileSync('chmod', ['755', join(root, 'init')])
  const files = inLoadOrder(readFileSync(join(modules, 'modules.dep'), 'utf8'), FIRST_MODULES)
  for (const file of files) copyFileSync(join(modules, file), join(root, 'mod', basename(file)))
  writeFileSync(join(root, 'mod/order'), files.map((file) => `${basename(file)}\n`).join(''))
  execFileSync('sh', ['-c', `find . | cpio -o -H newc --quiet | gzip -1 > ${join(folder, 'initrd')}`], {
    cwd: root,
  })
}

/** Files to load, in order. A line of `modules.dep`: the module, a colon, and what it needs, nearest need first. */
function inLoadOrder(dependencies: string, wanted: readonly string[]): readonly string[] {
  const lines = dependencies
    .split('\n')
    .map((line) => line.split(/:? /).map((file) => file.replace(/:$/, '')))
  const files = wanted.flatMap((name) => {
    const line = lines.find(([file]) => file !== undefined && basename(file) === `${name}.ko`)
    return line === undefined ? [] : line.toReversed().filter((file) => file !== '')
  })
  return [...new Set(files)]
}
