// What comes from outside: parsed JSON, read to versions, values and events.
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { structCodec } from '../../../src/codec/EventCodec.ts'
import { fieldOf, readData, readEvent, readVersion } from '../../../src/codec/internal/untrusted.ts'
import { codec, eventCodec } from '../../../src/codec/IoTs.ts'

type Added = { readonly type: 'Added'; readonly n: number }
const events = eventCodec<Added>({ Added: { n: t.number } })
const added = { type: 'Added', schemaVersion: 1, data: { type: 'Added', n: 1 } }

describe('a field', () => {
  it('is that of an object, and of nothing else', () => {
    expect(fieldOf(added, 'type')).toBe('Added')
    for (const value of [undefined, null, 'text', ['type'], {}]) {
      expect(fieldOf(value, 'type')).toBeUndefined()
    }
  })
})

describe('a version', () => {
  it('is an integer that is not negative, and never -0', () => {
    expect(readVersion(3, ['v'])).toEqual(right(3))
    expect(readVersion(-0, ['v'])).toStrictEqual(right(0))
    for (const actual of ['3', -1, 0.5, NaN, 2 ** 53]) {
      expect(readVersion(actual, ['v'])).toMatchObject(left([{ path: ['v'], actual }]))
    }
  })
})

describe('data', () => {
  it('is what the codec makes of a frozen copy', () => {
    const data = { n: 1 }
    const read = readData(codec(t.type({ n: t.number })), data, [])
    expect(read).toEqual(right(data))
    expect(read._tag === 'Right' && read.right).not.toBe(data)
  })

  it('is refused under its path, by JSON and by the codec', () => {
    const ofNumbers = codec(t.type({ n: t.number }))
    expect(readData(ofNumbers, { n: 1n }, ['x'])).toMatchObject(left([{ path: ['x', 'n'] }]))
    expect(readData(ofNumbers, { n: '1' }, ['x'])).toMatchObject(left([{ path: ['x', 'n'] }]))
  })
})

describe('an event', () => {
  const pathsOf = (value: unknown, of: typeof events = events) => {
    const read = readEvent(of, value, ['e'])
    return read._tag === 'Left' ? read.left.map(({ path }) => path.join('.')) : read
  }

  it('is read from its type, its version and its data', () => {
    expect(readEvent(events, added, [])).toEqual(right({ type: 'Added', n: 1 }))
  })

  it('names the part that is missing or can not be', () => {
    expect(pathsOf({ ...added, type: 1 })).toEqual(['e.type'])
    expect(pathsOf({ ...added, schemaVersion: '1' })).toEqual(['e.schemaVersion'])
    expect(pathsOf({ ...added, data: undefined })).toEqual(['e.data'])
    expect(pathsOf({ ...added, data: { type: 'Added', n: 1n } })).toEqual(['e.data.n'])
  })

  it('names a field of the data within it, and the type and version beside it', () => {
    expect(pathsOf({ ...added, data: { type: 'Added', n: '1' } })).toEqual(['e.data.n'])
    expect(pathsOf({ ...added, type: 'Removed' })).toEqual(['e.type'])
    expect(pathsOf({ ...added, schemaVersion: 2 })).toEqual(['e.schemaVersion'])
  })

  it('of a part of a product is named as the product names it', () => {
    const product = structCodec({ sum: events })
    const read = readEvent(product, { ...added, type: 'sum.Removed' }, [])
    expect(read).toMatchObject(left([{ path: ['type'] }]))
  })
})
