import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepCopy, frozen, frozenCopy, instanceIn } from '../../../src/testing/internal/copy.ts'

const anything = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true })

/** The objects in a value, itself among them. */
const objects = (value: unknown): ReadonlyArray<object> => {
  const found = new Set<object>()
  const open: Array<unknown> = [value]
  for (let here = open.pop(); open.length > 0 || here !== undefined; here = open.pop()) {
    if (typeof here !== 'object' || here === null || found.has(here)) continue
    found.add(here)
    if (here instanceof Map) open.push(...here.keys(), ...here.values())
    else if (here instanceof Set) open.push(...here)
    else open.push(...Object.values(here))
  }
  return [...found]
}

describe('copies', () => {
  it('equal the value and share no object with it', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const copy = deepCopy(value)
        expect(copy).toStrictEqual(value)
        const originals = new Set(objects(value))
        expect(objects(copy).filter((object) => originals.has(object))).toStrictEqual([])
      }),
    )
  })

  it('are frozen all the way down, and the value is not', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const copy = frozenCopy(value)
        expect(copy).toStrictEqual(value)
        expect(objects(copy).filter((object) => !Object.isFrozen(object))).toStrictEqual([])
        expect(objects(value).filter((o) => Object.isFrozen(o))).toStrictEqual([])
        const isWritable = (o: object) => o instanceof Map || o instanceof Set || o instanceof Date
        expect(frozen(value)).toStrictEqual({
          value,
          writable: objects(value).some(isWritable),
        })
      }),
    )
  })

  it('take what is not plain as it is', () => {
    class Point {
      readonly x = 1
    }
    const url = new URL('https://example.org')
    const kept = [url, /a/, () => 1, Symbol('a'), new Error('e'), new Point()]
    const copies = deepCopy(kept)
    expect(copies.map((copy, i) => copy === kept[i])).toStrictEqual(kept.map(() => true))
    const list = new (class extends Array<number> {})()
    const map = new (class extends Map {})()
    expect([deepCopy(list) === list, deepCopy(map) === map]).toStrictEqual([true, true])
    expect(frozen([new Point()])).toStrictEqual({ value: [new Point()], writable: true })
    expect(frozen([{ x: 1 }]).writable).toBe(false)
  })

  it('tell of what they were not made', () => {
    class Point {
      readonly x = 1
    }
    expect(instanceIn({ a: [1, new Map([[1, new Date(0)]])] })).toBeUndefined()
    expect(instanceIn({ a: [1, new Map([[1, new Point()]])] })).toBe('Point')
    expect(instanceIn([Object.create({})])).toBe('Object')
    expect(instanceIn([Object.create(Object.create(null) as object)])).toBe('value')
  })

  it('keep what is inside itself, what is shared, and a field named __proto__', () => {
    const inside: Array<unknown> = [1]
    inside.push(inside)
    const copy = deepCopy(inside)
    expect(copy).not.toBe(inside)
    expect(copy[1]).toBe(copy)
    const shared = { a: 1 }
    const [one, two] = deepCopy([shared, shared])
    expect(one).toBe(two)
    const proto: unknown = JSON.parse('{"__proto__":{"a":1}}')
    expect(Object.getOwnPropertyDescriptors(deepCopy(proto))).toStrictEqual(
      Object.getOwnPropertyDescriptors(proto),
    )
  })

  it('have the fields that are named by symbols, but for those that are not listed', () => {
    const [key, unlisted] = [Symbol('key'), Symbol('unlisted')]
    const value = Object.defineProperty({ a: 1, [key]: [2] }, unlisted, { value: 3 })
    const copy = deepCopy(value)
    expect(copy).toStrictEqual({ a: 1, [key]: [2] })
    expect(copy[key]).not.toBe(value[key])
    expect(Object.getOwnPropertySymbols(copy)).toStrictEqual([key])
  })

  it('make objects without a prototype anew, without one as well', () => {
    const bare: unknown = Object.assign(Object.create(null) as object, { a: 1 })
    const copy = deepCopy(bare)
    expect(copy).not.toBe(bare)
    expect(copy).toStrictEqual(bare)
    expect(Object.getPrototypeOf(copy)).toBe(null)
  })

  it('are as long as the array, also where it has holes', () => {
    expect(deepCopy(Array(2))).toStrictEqual([undefined, undefined])
  })

  it('do not touch the stack', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(Array.isArray(frozenCopy(deep))).toBe(true)
  })
})
