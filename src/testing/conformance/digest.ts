/**
 * A short string that stands for a long list of values: equal values give the same digest in every
 * runtime, and different values different ones.
 *
 * `vs` is a list of plain values.
 *
 * Laws:
 *
 * 1. `digest(vs)` is the SHA-256 (FIPS 180-4) of one line for each value, ended by a line feed, in UTF-16
 *    code units with the low byte first; the line of a value is its source
 * 2. if the source would be nested deeper than 100 levels, longer than a million characters, or endless,
 *    the line lists the distinct parts of the value instead, each once
 * 3. different values have different digests, however deep in them or late in the list they differ
 *
 * @since 0.1.0
 */
import { partsLine } from './partsLine.ts'
import { wholeLine } from '../internal/source.ts'

/**
 * The digest of values as 64 hexadecimal digits. Unlike JSON, it tells `-0` from `0`, and `undefined`,
 * `NaN`, dates, bigints, maps and sets from values that JSON writes in the same way.
 *
 * @example
 *   import { digest } from 'decider-ts/testing/conformance'
 *   import assert from 'node:assert'
 *
 *   const at = new Date(0)
 *   assert.strictEqual(digest([{ at }]), digest([{ at: new Date(0) }]))
 *   assert.notStrictEqual(digest([{ at }]), digest([{ at: at.toISOString() }]))
 *   assert.notStrictEqual(digest([0]), digest([-0]))
 *
 * @category digesting
 * @since 0.1.0
 */
export const digest = (values: Iterable<unknown>): string => {
  const sum = sha256()
  for (const value of values) sum.add(`${wholeLine(value) ?? partsLine(value)}\n`)
  return sum.hex()
}

/** A hash that strings are added to, until its digits are read. */
interface Sha256 {
  readonly add: (string: string) => void
  readonly hex: () => string
}

const blockBytes = 64
/** The last block ends with the number of bits, as an integer of so many bytes. */
const lengthBytes = 8

const sha256 = (): Sha256 => {
  const state = Int32Array.from(rootFractions(8, 1 / 2))
  const block = new DataView(new ArrayBuffer(blockBytes))
  const words = new Int32Array(64)
  let length = 0
  const put = (byte: number): void => {
    block.setUint8(length % blockBytes, byte)
    length++
    if (length % blockBytes === 0) compress(state, block, words)
  }
  return {
    add: (string) => {
      for (let i = 0; i < string.length; i++) {
        const unit = string.charCodeAt(i)
        put(unit & 0xff)
        put(unit >>> 8)
      }
    },
    hex: () => {
      const bits = length * 8
      put(0x80)
      while (length % blockBytes !== blockBytes - lengthBytes) put(0)
      for (let i = lengthBytes - 1; i >= 0; i--) put(Math.floor(bits / 2 ** (8 * i)) & 0xff)
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}

/**
 * The first 32 bits of the fractional parts of the roots of the first primes. A double has enough bits for
 * their square roots and cube roots.
 */
const rootFractions = (count: number, power: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let n = 2; found.length < count; n++) {
    if (isPrime(n)) found.push((n ** power * 2 ** 32) | 0)
  }
  return found
}

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

const constants = Int32Array.from(rootFractions(64, 1 / 3))

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const wordOf = (words: Int32Array, i: number): number => words[i] ?? 0

/** Adds one block to the state (FIPS 180-4, 6.2.2). */
const compress = (state: Int32Array, block: DataView, words: Int32Array): void => {
  for (let i = 0; i < 16; i++) words[i] = block.getInt32(i * 4)
  for (let i = 16; i < 64; i++) {
    const far = wordOf(words, i - 15)
    const near = wordOf(words, i - 2)
    const s0 = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3)
    const s1 = rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10)
    words[i] = wordOf(words, i - 16) + s0 + wordOf(words, i - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const chosen = (e & f) ^ (~e & g)
    const t1 = (h + s1 + chosen + wordOf(constants, i) + wordOf(words, i)) | 0
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const most = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + s0 + most) | 0
  }
  const next = [a, b, c, d, e, f, g, h]
  next.forEach((word, i) => {
    state[i] = wordOf(state, i) + word
  })
}
