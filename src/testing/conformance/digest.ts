/**
 * A short text that stands for a long list of values: the same values give the same text in every
 * runtime, and other values another.
 *
 * `v` is a plain value, `vs` a list of them.
 *
 * Laws:
 *
 * 1. `digest(vs)` is the SHA-256 (FIPS 180-4) of the values' lines, each with its end, in UTF-16 code
 *    units with the low byte first: the line of a value is its source
 * 2. where that would be nested deeper than a hundred levels, be longer than a million characters or
 *    have no end, it is a list of the value's distinct parts, each of which is written once
 * 3. other values have another digest, however deep or far behind they differ
 *
 * @since 0.1.0
 */
import { partsLine } from './partsLine.ts'
import { wholeLine } from '../internal/source.ts'

/**
 * The digest of values as 64 hexadecimal digits. Unlike JSON text, it tells `-0` from `0`, and
 * `undefined`, `NaN`, dates, bigints, maps and sets from whatever is written like them.
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

/** A sum of texts that grows. Once it was asked for its digits, it takes no more. */
interface Sum {
  readonly add: (text: string) => void
  readonly hex: () => string
}

const blockBytes = 64
/** The last block ends with the number of bits, in so many bytes. */
const lengthBytes = 8

const sha256 = (): Sum => {
  const state = Int32Array.from(roots(8, 1 / 2))
  const block = new DataView(new ArrayBuffer(blockBytes))
  const words = new Int32Array(64)
  let length = 0
  const put = (byte: number): void => {
    block.setUint8(length % blockBytes, byte)
    length++
    if (length % blockBytes === 0) compress(state, block, words)
  }
  return {
    add: (text) => {
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i)
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
 * The first 32 bits of the fractions of the roots of the first primes: what is whole lies beyond them.
 * Square roots and cube roots are as good as exact here, with bits of a double left over.
 */
const roots = (count: number, power: number): ReadonlyArray<number> => {
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

const constants = Int32Array.from(roots(64, 1 / 3))

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const wordOf = (words: Int32Array, i: number): number => words[i] ?? 0

/** FIPS 180-4, 6.2.2: one block into the state. */
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
