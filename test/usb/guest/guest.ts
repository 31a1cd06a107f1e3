import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { guestParts } from './build-guest.ts'
import { Channel } from './channel.ts'
import { Qmp } from './qmp.ts'

/** A drive to plug in. */
export interface UsbDrive {
  /** Our name for it. */
  readonly id: string
  readonly image: string
  /** The disk's own serial number. */
  readonly serial: string
  /** `usb-storage`: bulk-only transport, `uas`: USB-attached SCSI. */
  readonly model: 'usb-storage' | 'uas'
  /** The adapter's serial number where it is not the disk's; uas only. */
  readonly adapterSerial?: string
  /** Port of the guest's USB controller. */
  readonly port: number
}

/**
 * The guest: a machine of QEMU's with a USB 3 controller, into which drives are plugged and from which they are yanked
 * while it runs. Software emulation (TCG): some twenty times slower than this machine, and the same on every machine.
 */
export class Guest {
  readonly channel: Channel
  /** Where the guest's console is written; for a person who wants to know why it did not start. */
  readonly #folder: string
  readonly #qemu: ChildProcess
  readonly #qmp: Qmp
  readonly #plugged = new Map<string, UsbDrive>()

  private constructor(folder: string, qemu: ChildProcess, qmp: Qmp, channel: Channel) {
    this.#folder = folder
    this.#qemu = qemu
    this.#qmp = qmp
    this.channel = channel
  }

  static async start(): Promise<Guest> {
    const parts = guestParts()
    const folder = mkdtempSync(join(tmpdir(), 'tallydock-guest-'))
    const share = (tag: string, path: string) => [
      ...['-fsdev', `local,id=${tag},path=${path},security_model=none,multidevs=remap,readonly=on`],
      ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
    ]
    const kernelWords = [
      'console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off random.trust_cpu=on tsc=unstable',
      `tallydock.init=${join(import.meta.dirname, 'init.sh')}`,
      `tallydock.agent=${join(import.meta.dirname, 'agent.ts')}`,
      `tallydock.node=${process.execPath}`,
    ]
    const args = [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-m', '1536', '-smp', '2'],
      ...['-M', 'q35,usb=off', '-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'Westmere'],
      ...['-kernel', parts.kernel, '-initrd', parts.initrd, '-append', kernelWords.join(' ')],
      ...[
        '-serial',
        `file:${join(folder, 'console')}`,
        '-qmp',
        `unix:${join(folder, 'qmp')},server=on,wait=off`,
      ],
      ...[
        '-device',
        'virtio-serial-pci',
        '-chardev',
        `socket,id=agent,path=${join(folder, 'agent')},server=on,wait=off`,
      ],
      ...['-device', 'virtserialport,chardev=agent,name=tallydock', '-device', 'virtio-rng-pci'],
      ...share('host', '/'),
      ...share('layer', parts.layer),
      ...['-device', 'qemu-xhci,id=usb,p2=15,p3=15'],
    ]
    const said = openSync(join(folder, 'qemu'), 'w')
    const qemu = spawn('qemu-system-x86_64', args, { stdio: ['ignore', said, said] })
    let dead: string | undefined
    qemu.once('exit', (code, signal) => {
      dead = `QEMU ended (${signal ?? code}): ${readFileSync(join(folder, 'qemu'), 'utf8')}`
    })
    qemu.once('error', (error) => {
      dead = String(error)
    })
    for (let turn = 0; !existsSync(join(folder, 'agent')); turn++) {
      if (dead !== undefined || turn === 200) throw new Error(dead ?? 'QEMU made no socket.')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const channel = new Channel(join(folder, 'agent'))
    const late = setTimeout(() => qemu.kill('SIGKILL'), 180_000)
    const ended = new Promise<never>((_resolve, reject) => {
      qemu.once('exit', () => reject(new Error(`The guest did not start: ${dead} ${consoleOf(folder)}`)))
    })
    await Promise.race([channel.ready, ended])
    ended.catch(() => undefined)
    clearTimeout(late)
    return new Guest(folder, qemu, await Qmp.connect(join(folder, 'qmp')), channel)
  }

  /**
   * Plugs a drive in. Its image is reached through a throttle (to make it slow), a raw layer (to put faults below) and the
   * file. The throttle is the top: QEMU drains only that one when a drive is yanked.
   */
  async plug(drive: UsbDrive): Promise<void> {
    const { id, image, serial, model } = drive
    this.#plugged.set(id, drive)
    const shared = { 'read-only': false, 'auto-read-only': false }
    await this.#qmp.run('blockdev-add', {
      driver: 'file',
      'node-name': `${id}-file`,
      filename: image,
      ...shared,
    })
    await this.#qmp.run('blockdev-add', { driver: 'raw', 'node-name': `${id}-raw`, file: `${id}-file` })
    await this.#qmp.run('object-add', { 'qom-type': 'throttle-group', id: `${id}-pace`, limits: {} })
    await this.#qmp.run('blockdev-add', {
      driver: 'throttle',
      'node-name': `${id}-top`,
      'throttle-group': `${id}-pace`,
      file: `${id}-raw`,
    })
    const port = { bus: 'usb.0', port: String(drive.port) }
    const disk = { drive: `${id}-top`, serial, rerror: 'report', werror: 'report' }
    if (model === 'usb-storage') {
      await this.#qmp.run('device_add', { driver: 'usb-storage', id, ...port, ...disk })
      return
    }
    // Built first and attached then, so that the guest never sees an adapter without its disk.
    const adapter = { driver: 'usb-uas', id, ...port, attached: false, serial: drive.adapterSerial ?? serial }
    await this.#qmp.run('device_add', adapter)
    await this.#qmp.run('device_add', {
      driver: 'scsi-hd',
      id: `${id}-disk`,
      bus: `${id}.0`,
      lun: 0,
      ...disk,
    })
    await this.#qmp.run('qom-set', { path: `/machine/peripheral/${id}`, property: 'attached', value: true })
  }

  /** Pulls a drive out without a word, whatever it is doing. */
  async yank(id: string): Promise<void> {
    const drive = this.#plugged.get(id)
    if (drive === undefined) throw new Error(`${id} is not plugged in.`)
    this.#plugged.delete(id)
    // A request waiting in the throttle would keep QEMU 7.2 waiting in turn.
    await this.pace(id, 0)
    const gone = this.#qmp.event(({ name, data }) => name === 'DEVICE_DELETED' && data.device === id)
    // QEMU 7.2 breaks when it deletes a uas adapter with requests in flight: the plug first, then the adapter.
    if (drive.model === 'uas')
      await this.#qmp.run('qom-set', {
        path: `/machine/peripheral/${id}`,
        property: 'attached',
        value: false,
      })
    await this.#qmp.run('device_del', { id })
    await gone
    for (const layer of ['top', 'raw', 'faults', 'file']) await this.#remove(`${id}-${layer}`)
    await this.#qmp.run('object-del', { id: `${id}-pace` })
  }

  /** Bytes a second from now on; 0: as fast as it goes. */
  async pace(id: string, bytesPerSecond: number): Promise<void> {
    const limits = { 'bps-total': bytesPerSecond }
    await this.#qmp.run('qom-set', { path: `/objects/${id}-pace`, property: 'limits', value: limits })
  }

  /** Makes reads of these bytes of the image fail as an unreadable sector does (SCSI: medium error). */
  async damage(id: string, fromByte: number, toByte: number): Promise<void> {
    const MEDIUM_ERROR = 61
    const sectors = Array.from(
      { length: Math.ceil(toByte / 512) - Math.floor(fromByte / 512) },
      (_none, at) => Math.floor(fromByte / 512) + at,
    )
    await this.#qmp.run('blockdev-add', {
      driver: 'blkdebug',
      'node-name': `${id}-faults`,
      image: `${id}-file`,
      'inject-error': sectors.map((sector) => ({
        ...{ event: 'none', iotype: 'read', errno: MEDIUM_ERROR, once: false },
        sector,
      })),
    })
    await this.#qmp.run('blockdev-reopen', {
      options: [{ driver: 'raw', 'node-name': `${id}-raw`, file: `${id}-faults` }],
    })
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#qemu.once('exit', () => resolve()))
    const late = setTimeout(() => this.#qemu.kill('SIGKILL'), 5_000)
    // QEMU closes the socket before it has answered.
    await this.#qmp.run('quit').catch(() => undefined)
    await ended
    clearTimeout(late)
    this.channel.close()
    this.#qmp.close()
    rmSync(this.#folder, { recursive: true })
  }

  /** The guest's console so far. */
  console(): string {
    return consoleOf(this.#folder)
  }

  async #remove(node: string): Promise<void> {
    for (let turn = 0; ; turn++) {
      try {
        await this.#qmp.run('blockdev-del', { 'node-name': node })
        return
      } catch (error) {
        // There were no faults; or the last request is still on its way out.
        if (String(error).includes('Failed to find')) return
        if (turn === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
}

function consoleOf(folder: string): string {
  return existsSync(join(folder, 'console'))
    ? readFileSync(join(folder, 'console'), 'utf8').slice(-3_000)
    : ''
}
