/**
 * The sign of life of an owner: a counter in its lock file, raised by a thread of its own, so that a
 * long query or a loop in the main thread is not taken for the end of the process.
 *
 * @since 0.1.0
 */
import { Worker } from 'node:worker_threads'
import { counterOf } from './lockFile.ts'

/** The beats of a lock. */
export interface Heartbeat {
  /** Whether somebody else writes to the file, or it is not there any more. */
  readonly isLost: () => boolean
  readonly stop: () => Promise<void>
}

/** Beats every so many milliseconds in a file that starts with `head`, until it is stopped. */
export const startHeartbeat = (file: string, head: string, every: number): Heartbeat => {
  const lost = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(beats, {
    eval: true,
    env: {},
    execArgv: [],
    workerData: { file, head, every, lost, digits: counterOf(0).length },
  })
  // without it nobody renews the lock: the owner goes on until another one takes over
  worker.on('error', () => undefined)
  worker.unref()
  return {
    isLost: () => Atomics.load(lost, 0) === 1,
    stop: () => worker.terminate().then(() => undefined),
  }
}

// As a string, since a file of its own would be lost in a bundle. A copy of this process, as a cloned
// machine has one, beats in the same file: each reads what it wrote last before it writes again.
// After a failed write either counter may stand there.
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
    // as bytes: what a string and a place mean differs between runtimes
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
