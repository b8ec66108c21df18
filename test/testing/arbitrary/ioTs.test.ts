import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { codec, date, where } from '../../../src/codec/IoTs.ts'
import {
  decodes,
  isIoTs,
  isMember,
  keeps,
  originOf,
  safely,
  settledMember,
  asStructure,
  survives,
  unwrap,
} from '../../../src/testing/arbitrary/ioTs.ts'
import type { AnyType } from '../../codec/types.ts'
import { recursion } from '../../codec/types.ts'

const fails = (): never => {
  throw new Error('asked')
}
const broken = asStructure(
  new t.Type<unknown>('Broken', (_): _ is unknown => fails(), fails, fails),
)
const text = asStructure(t.string)

describe('a source', () => {
  it('is an io-ts type or a codec, and says where it came from', () => {
    expect([isIoTs(t.string), isIoTs(codec(t.string))]).toStrictEqual([true, false])
    const origin = { type: 'IoTs', ioTs: t.string }
    expect([originOf(t.string), originOf(codec(t.string))]).toStrictEqual([origin, origin])
    expect(originOf({})).toBe(undefined)
  })
})

describe('a type that throws', () => {
  it('says no', () => {
    expect(safely(fails)).toBe(false)
    expect([isMember(broken, 1), decodes(broken, 1), survives(broken, 1)]).toStrictEqual(
      Array(3).fill(false),
    )
    expect(keeps([broken], [text], 'a')).toBe(false)
  })
})

describe('a value', () => {
  it('is of a type, or is decoded by it', () => {
    expect([isMember(text, 'a'), isMember(text, 1)]).toStrictEqual([true, false])
    expect([decodes(text, 'a'), decodes(text, 1)]).toStrictEqual([true, false])
  })

  it('survives where it is of the type, and decoding what it is encoded to gives the same', () => {
    const isText = (u: unknown): u is string => typeof u === 'string'
    const lossy = new t.Type('lossy', isText, t.string.validate, (s) => s.trim())
    const strict = new t.Type('strict', (u): u is 'a' => u === 'a', t.string.validate, String)
    const gone = new t.Type<undefined>('gone', t.undefined.is, t.never.validate, t.identity)
    const answers = (type: AnyType, ...values: ReadonlyArray<unknown>) =>
      values.map((value) => survives(asStructure(type), value))
    expect(answers(t.array(t.string), ['a'], [], [1], 'a')).toStrictEqual([
      true,
      true,
      false,
      false,
    ])
    expect(answers(lossy, 'a', 'a ')).toStrictEqual([true, false])
    expect(answers(strict, 'a', 'b')).toStrictEqual([true, false])
    expect(answers(gone, undefined)).toStrictEqual([false])
  })

  it('settles as its union decodes it, unless it is stored as other data or is no more its own', () => {
    const settles = (first: AnyType, member: AnyType, value: unknown) =>
      settledMember(asStructure(t.union([first, member])), asStructure(member), value)
    const wide = t.type({ a: t.unknown, b: t.string })
    const b = t.type({ b: t.string })
    expect(settles(wide, b, { b: 'b' })).toStrictEqual({ b: 'b', a: undefined })
    expect(settles(t.array(wide), t.array(b), [{ b: 'b' }])).toStrictEqual([
      { b: 'b', a: undefined },
    ])
    expect(settles(wide, t.record(t.string, t.string), { b: 'b' })).toStrictEqual({ b: 'b' })
    expect(settles(t.strict({ b: t.string }), b, { b: 'b', c: 1 })).toStrictEqual({ b: 'b', c: 1 })
    expect(settles(wide, b, 1)).toBe(1)
    const refusing = new t.Type('refusing', t.unknown.is, t.never.validate, t.identity)
    expect(settledMember(asStructure(refusing), asStructure(t.unknown), fails)).toBe(fails)
    expect(settledMember(broken, text, 'a')).toBe('a')
  })

  it('is kept by a union that encodes it to JSON, unless its member does not either', () => {
    const any = asStructure(t.unknown)
    const lost = asStructure(
      new t.Type<unknown>('lost', t.unknown.is, t.unknown.validate, () => () => 1),
    )
    const pairs = [any, lost].flatMap((union) => [any, lost].map((member) => [union, member]))
    expect(pairs.map(([union = any, member = any]) => keeps([union], [member], 1))).toStrictEqual([
      true,
      true,
      false,
      true,
    ])
  })

  it('is kept by types that all fit, where each encodes the fields that it knows', () => {
    const parts = [t.type({ a: date }), t.type({ b: date })].map(asStructure)
    const value = { a: new Date(0), b: new Date(0) }
    const any = asStructure(t.unknown)
    expect(keeps([any], parts, value)).toBe(false)
    expect(keeps([any], parts.slice(1), value)).toBe(true)
    expect(keeps(parts, parts, value)).toBe(true)
    expect(keeps(parts.toReversed(), parts, value)).toBe(true)
    expect(keeps([any], [any, asStructure(date)], value.a)).toBe(false)
    expect(keeps([asStructure(date), any], [asStructure(date)], value.a)).toBe(true)
  })
})

describe('a wrapper', () => {
  it('holds the type beneath it, however many there are', () => {
    const type = t.type({ a: t.string })
    const wrapped: ReadonlyArray<AnyType> = [
      type,
      where(type, () => true, 'any'),
      t.brand(type, (_): _ is t.Branded<{ a: string }, { readonly B: symbol }> => true, 'B'),
      t.readonly(type),
      t.exact(type),
      recursion('R', () => type),
      t.readonly(recursion('R', () => where(t.exact(type), () => true, 'any'))),
    ]
    for (const each of wrapped) expect(unwrap(asStructure(each))).toBe(type)
  })

  it('may hold itself, and then there is no end to look for', () => {
    const itself: AnyType = recursion('Itself', (self) => self)
    expect(unwrap(asStructure(itself))).toBe(itself)
  })
})
