/**
 * The heartbeat of an owner: a counter in its lock file, raised by a separate thread, so that a long query
 * or a loop in the main thread does not look like the end of the process.
 *
 * @since 0.1.0
 */
import { Worker } from 'node:worker_threads'
import { counterOf } from './lockFile.ts'

export interface Heartbeat {
  /** Whether the file is gone or another process writes to it. */
  readonly isLost: () => boolean
  readonly stop: () => Promise<void>
}

/** Beats every `every` milliseconds in a file that starts with `head`, until it is stopped. */
export const startHeartbeat = (file: string, head: string, every: number): Heartbeat => {
  const lost = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(beats, {
    eval: true,
    env: {},
    execArgv: [],
    workerData: { file, head, every, lost, digits: counterOf(0).length },
  })
  // if the thread fails, the owner continues until another one takes over
  worker.on('error', () => undefined)
  worker.unref()
  return {
    isLost: () => Atomics.load(lost, 0) === 1,
    stop: () => worker.terminate().then(() => undefined),
  }
}

// A string, since a bundler would not include a separate file. If this virtual machine is cloned, a copy of
// this process beats in the same file: so each reads the counter that it wrote last before it writes the
// next. After a failed write the file may contain either counter.
const beats = `
const fs = require('node:fs')
const { file, head, every, lost, digits } = require('node:worker_threads').workerData
const counter = (n) => String(n).padStart(digits, '0')
const offset = Buffer.byteLength(head)
let beat = 0
let unsure = false
const descriptor = fs.openSync(file, 'r+')
const turn = () => {
  try {
    const text = fs.readFileSync(file, 'utf8')
    if (unsure && text === head + counter(beat + 1)) beat++
    if (text !== head + counter(beat)) return end()
    unsure = true
    // as bytes: runtimes differ in how they write a string at a position
    fs.writeSync(descriptor, Buffer.from(counter(beat + 1)), 0, digits, offset)
    beat++
    unsure = false
  } catch (cause) {
    if (cause.code === 'ENOENT') end()
  }
}
const end = () => {
  clearInterval(timer)
  Atomics.store(lost, 0, 1)
}
const timer = setInterval(turn, every)`
