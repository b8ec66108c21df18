import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structural } from '../../../src/Diff.ts'
import { alike, unsureIn } from '../../../src/testing/internal/alike.ts'

/** Says when it is the same as another, and holds more than it shows, as collections of Immutable.js. */
class Bag {
  readonly size: number
  readonly owner = new (class Owner {})()
  readonly #members: ReadonlyArray<unknown>
  constructor(...members: ReadonlyArray<unknown>) {
    this.#members = members
    this.size = members.length
  }
  equals(other: unknown): boolean {
    return other instanceof Bag && structural.equals(this.#members, other.#members)
  }
  hashCode(): number {
    return this.size
  }
}

class Secret {
  readonly #n: number
  constructor(n: number) {
    this.#n = n
  }
  get n(): number {
    return this.#n
  }
}

class Order {
  readonly lines: unknown
  constructor(lines: unknown) {
    this.lines = lines
  }
}

class Money {
  readonly lines: unknown
  readonly #cents: number
  constructor(lines: unknown, cents: number) {
    this.lines = lines
    this.#cents = cents
  }
  toJSON(): number {
    return this.#cents
  }
}

class Pile extends Set<unknown> {}

const wrappings: ReadonlyArray<readonly [string, (inner: unknown) => unknown]> = [
  ['itself', (inner) => inner],
  ['in a field', (inner) => ({ a: 1, inner })],
  ['in a field named by a symbol', (inner) => ({ [Symbol.for('inner')]: inner })],
  ['in a list', (inner) => [1, inner]],
  ['in a map', (inner) => new Map([['a', inner]])],
  ['in an instance', (inner) => new Order([inner])],
]

describe.each(wrappings)('what answers for itself, %s', (_, wrap) => {
  it('is the same where it says so', () => {
    expect(structural.equals(wrap(new Bag(1)), wrap(new Bag(1)))).toBe(false)
    expect(alike.equals(wrap(new Bag(1)), wrap(new Bag(1)))).toBe(true)
    expect(alike.equals(wrap(new Bag(1)), wrap(new Bag(2)))).toBe(false)
    expect(unsureIn(wrap(new Bag(1)), wrap(new Bag(2)))).toStrictEqual([])
  })
})

describe('two values', () => {
  it('are alike where they are the same, and plain ones only there', () => {
    fc.assert(
      fc.property(
        fc.object({ withMap: true, withSet: true, withDate: true }),
        fc.object(),
        (a, b) => {
          expect(alike.equals(a, a)).toBe(true)
          expect(alike.equals(a, b)).toBe(structural.equals(a, b))
        },
      ),
    )
  })

  it.each<readonly [string, unknown, unknown]>([
    ['lists of other lengths', [1], [1, 2]],
    ['other fields', { a: 1 }, { b: 1 }],
    ['a field more', { a: 1 }, { a: 1, b: undefined }],
    ['another class', new Order(1), { lines: 1 }],
    ['maps of other sizes', new Map([[1, 1]]), new Map()],
    ['maps with other keys', new Map([[1, 1]]), new Map([[2, 1]])],
    ['maps whose keys are objects', new Map([[{ a: 1 }, 1]]), new Map([[{ a: 2 }, 1]])],
    ['other members', new Set([1]), new Set([2])],
    ['other members of what extends a set', new Pile([1]), new Pile([2])],
    ['instances that show something else', new Money(new Bag(1), 1), new Money(new Bag(1), 2)],
    ['a function and none', () => 1, 1],
    ['dates', new Date(1), new Date(2)],
    ['an object and none', {}, null],
  ])('are not alike: %s', (_, a, b) => {
    expect([alike.equals(a, b), alike.equals(b, a)]).toStrictEqual([false, false])
    expect([unsureIn(a, b), unsureIn(b, a)]).toStrictEqual([[], []])
  })

  it('are alike where keys and members are objects', () => {
    expect(alike.equals(new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]]))).toBe(true)
    expect(alike.equals({ a: new Set([{}]), b: new Bag() }, { a: new Set([{}]), b: new Bag() })).toBe(true) // prettier-ignore
  })

  it('may hold themselves', () => {
    const ring = (inner: unknown) => {
      const own: Record<string, unknown> = { inner }
      own['self'] = own
      return own
    }
    expect(alike.equals(ring(new Bag(1)), ring(new Bag(1)))).toBe(true)
    expect(alike.equals(ring(new Bag(1)), ring(new Bag(2)))).toBe(false)
  })
})

describe('what can not be compared', () => {
  it('is told with its place, where nothing else differs', () => {
    const rule = () => () => 1
    expect(unsureIn(rule(), rule())).toStrictEqual(['a function'])
    expect(unsureIn({ a: [rule()] }, { a: [rule()] })).toStrictEqual(['a function at .a[0]'])
    const by = (one: unknown) => new Map([['it', one]])
    expect(unsureIn(by(rule()), by(rule()))).toStrictEqual(["a function at .get('it')"])
    expect(unsureIn(new Secret(1), new Secret(1))).toStrictEqual(['a Secret'])
    expect(unsureIn({ s: new Secret(1), f: rule() }, { s: new Secret(1), f: rule() })).toHaveLength(
      2,
    )
    expect(unsureIn({ n: 1, f: rule() }, { n: 2, f: rule() })).toStrictEqual([])
    expect(new Secret(1).n).toBe(1)
  })

  it('has no class at times', () => {
    const unnamed = Object.create(Object.create(null) as object) as object
    const bare = (): unknown => Object.create(unnamed)
    expect(unsureIn(bare(), bare())).toStrictEqual(['a value'])
  })
})
