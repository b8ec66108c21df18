import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepCopy } from '../../../src/testing/internal/copy.ts'
import { takeSnapshot } from '../../../src/testing/internal/snapshot.ts'

const hidden = Symbol('hidden')

class Box {
  n = 0
  list: Array<number> = [1, 2]
  more?: number
  get lazy(): number {
    throw new Error('asked')
  }
}

const all = () => ({
  box: new Box(),
  plain: { a: 1 } as { a?: number; b?: number },
  named: { a: 1, [hidden]: 1 },
  list: [1, { c: 1 }] as Array<unknown>,
  map: new Map<string, unknown>([['a', { d: 1 }]]),
  set: new Set<unknown>([1, 2]),
  date: new Date(0),
})

describe('what answers for itself', () => {
  class Bag {
    hash: number | undefined
    n = 1
    hashCode(): number {
      return (this.hash ??= this.n)
    }
    equals(other: unknown): boolean {
      return other instanceof Bag && other.n === this.n
    }
  }

  it('may keep its hash, and was written to where that is another one', () => {
    const bag = new Bag()
    const { changed, restore } = takeSnapshot({ bag })
    expect(bag.hashCode()).toBe(1)
    expect(changed()).toBe(false)
    Object.assign(bag, { n: 2, hash: undefined })
    expect(changed()).toBe(true)
    restore()
    expect(bag.n).toBe(1)
  })

  it('may keep other things in its fields, as long as its hash is the same', () => {
    const caching = Object.assign(new Bag(), { cache: 0 })
    const { changed } = takeSnapshot(caching)
    caching.cache = 1
    expect(changed()).toBe(false)
  })

  it('may have no hash', () => {
    const { changed } = takeSnapshot(Object.assign(new Bag(), { hashCode: boom }))
    expect(changed()).toBe(false)
    const plain = { n: 1, equals: () => true, hashCode: boom }
    const held = takeSnapshot(plain)
    plain.n = 2
    expect(held.changed()).toBe(true)
  })
})

const boom = (): never => {
  throw new Error('boom')
}

describe('what is kept', () => {
  it('is not changed as long as nobody writes to it', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withMap: true, withSet: true }), (value) => {
        expect(takeSnapshot(value).changed()).toBe(false)
      }),
    )
  })

  it.each<[string, (value: ReturnType<typeof all>) => unknown]>([
    ['a field of an instance', ({ box }) => (box.n = 1)],
    ['a new field of an instance', ({ box }) => (box.more = 1)],
    ['what stands in a field of an instance', ({ box }) => box.list.push(3)],
    ['a list, sorted', ({ box }) => box.list.sort((a, b) => b - a)],
    ['a list, made shorter', ({ list }) => list.pop()],
    ['a list, emptied', ({ list }) => list.splice(0)],
    ['what stands in a list', ({ list }) => Object.assign(list[1] as object, { c: 2 })],
    ['a field', ({ plain }) => (plain.a = 2)],
    ['a new field', ({ plain }) => (plain.b = 1)],
    ['a field beside one that is named by a symbol', ({ named }) => (named.a = 2)],
    ['a field that is named by a symbol', ({ named }) => (named[hidden] = 2)],
    ['a field less', ({ plain }) => delete plain.a],
    ['an entry of a map', ({ map }) => map.set('a', 1)],
    ['what stands in a map', ({ map }) => Object.assign(map.get('a') as object, { d: 2 })],
    ['a map, emptied', ({ map }) => map.clear()],
    ['a member of a set', ({ set }) => set.add(3)],
    ['a set, emptied', ({ set }) => set.clear()],
    ['a date', ({ date }) => date.setTime(1)],
  ])('is changed and put back: %s', (_, write) => {
    const value = all()
    const { list, plain } = value
    const { changed, restore } = takeSnapshot(value)
    write(value)
    expect(changed()).toBe(true)
    restore()
    expect(changed()).toBe(false)
    expect(value).toStrictEqual(all())
    expect([value.list, value.plain]).toStrictEqual([list, plain])
    expect(value.list).toBe(list)
  })

  it('does not ask what has a getter, and leaves it there', () => {
    class Lazy {
      n = 0
      constructor() {
        const get = () => {
          throw new Error('asked')
        }
        Object.defineProperty(this, 'late', { get, enumerable: true, configurable: true })
      }
    }
    const lazy = new Lazy()
    const { changed, restore } = takeSnapshot(lazy)
    lazy.n = 1
    expect(changed()).toBe(true)
    restore()
    expect(lazy.n).toBe(0)
    expect(() => Reflect.get(lazy, 'late') as unknown).toThrow('asked')
  })

  it('is what is in a buffer, through any view of it', () => {
    const buffer = new Uint8Array([1, 2, 3, 4]).buffer
    const views = [
      new Uint8Array(buffer, 1, 2),
      new DataView(buffer),
      new Float64Array([1.5, NaN, -0]),
      new BigInt64Array([1n]),
    ]
    for (const view of [...views, buffer]) {
      const copy = JSON.stringify([...new Uint8Array('buffer' in view ? view.buffer : view)])
      const { changed, restore } = takeSnapshot({ view })
      expect(changed()).toBe(false)
      new Uint8Array('buffer' in view ? view.buffer : view)[1] = 99
      expect(changed()).toBe(true)
      restore()
      expect(changed()).toBe(false)
      expect(JSON.stringify([...new Uint8Array('buffer' in view ? view.buffer : view)])).toBe(copy)
    }
  })

  it('is nothing in a buffer that was handed over', () => {
    const view = new DataView(new ArrayBuffer(8))
    structuredClone(view.buffer, { transfer: [view.buffer] })
    const { changed, restore } = takeSnapshot([view, view.buffer])
    restore()
    expect(changed()).toBe(false)
  })

  it('is snapshotOf in no time where a buffer is big', () => {
    // field by field it took a minute
    const views = Array.from({ length: 100 }, () => new Uint8Array(100_000))
    expect(takeSnapshot(views).changed()).toBe(false)
  })

  it('is never changed where it is frozen, and may hold itself', () => {
    const inside: { self?: unknown; readonly list: Array<unknown> } = { list: [] }
    inside.self = inside
    inside.list.push(inside)
    const { changed, restore } = takeSnapshot(inside)
    expect(changed()).toBe(false)
    inside.list.pop()
    expect(changed()).toBe(true)
    restore()
    expect(inside.list).toStrictEqual([inside])
    const frozen = takeSnapshot(Object.freeze({ a: Object.freeze([1]) }))
    frozen.restore()
    expect(frozen.changed()).toBe(false)
  })

  it('goes as deep as a value is nested', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(takeSnapshot(deepCopy(deep)).changed()).toBe(false)
  })
})
