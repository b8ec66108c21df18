import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { Codec } from '../../../src/codec/Codec.ts'
import { tagged } from '../../../src/codec/Codec.ts'
import { codec, where } from '../../../src/codec/IoTs.ts'
import { orderCommandCodec, orderEventCodec } from '../../../src/order/codec.ts'
import { nearMissesOfEvents, tryArbitrary } from '../../../src/testing/arbitrary.ts'
import { tryNearMisses } from '../../../src/testing/arbitrary/nearMisses.ts'
import { fits, mayFit, misfit } from '../../../src/testing/arbitrary/overrides.ts'
import { originOf, asStructure } from '../../../src/testing/arbitrary/ioTs.ts'

const any = fc.anything()

/** The texts that are neither places nor names, asked one by one. */
const wrong = (source: object, ...texts: ReadonlyArray<string>) =>
  texts.filter((text) => misfit(originOf(source), [[text, any]]) !== undefined)

describe('a text for which a generator is given', () => {
  const isbn = where(t.string, (text) => text.length === 13, 'an ISBN')
  const all = t.type(
    {
      list: t.array(t.type({ inner: t.readonlyArray(t.number) })),
      pair: t.tuple([t.null, t.exact(t.partial({ maybe: isbn }))]),
      rates: t.record(isbn, t.strict({ rate: t.number })),
      sizes: t.record(t.keyof({ s: null, m: null }), t.boolean),
      strict: new t.StrictType('S', t.object.is, t.success, t.identity, { kept: t.null }),
      frozen: t.readonly(t.type({ held: t.null })),
      either: t.union([t.type({ left: t.null }), t.intersection([t.type({ right: t.null }), t.type({ more: t.null })])]), // prettier-ignore
    },
    'All',
  )

  it.each([
    '',
    'All',
    'list',
    'list[]',
    'list[].inner',
    'list[].inner[]',
    'number',
    'an ISBN',
    'string',
    'pair[0]',
    'pair[1].maybe',
    'rates.*',
    'rates.*.rate',
    'rates.(key)',
    'sizes.s',
    'sizes.m',
    'strict.kept',
    'frozen.held',
    'either.left',
    'either.right',
    'either.more',
  ])('may be a place or a name: %s', (text) => {
    expect(wrong(all, text)).toStrictEqual([])
  })

  it.each([
    'lists',
    'list[0]',
    'list.inner',
    'list[].inner[].x',
    'inner',
    'numbers',
    'ISBN',
    'all',
    'pair[2]',
    'pair.maybe',
    'rates.rate',
    'sizes.*',
    'sizes.(key)',
    'sizes.l',
    'left',
    ' list',
  ])('is told where there is none: %s', (text) => {
    expect(wrong(all, text)).toStrictEqual([text])
  })

  it('is told with those that are nearest', () => {
    const type = t.type({ productId: t.string, price: t.number }, 'Line')
    expect(tryArbitrary(type, { given: [['prodcutId', any]] })).toStrictEqual({
      _tag: 'Left',
      left: {
        type: 'UnsupportedType',
        path: 'prodcutId',
        name: 'given',
        reason:
          'there is no such path and no type of that name; ' +
          'the nearest are "productId", "price", "Line", "number", "string"',
      },
    })
    expect(misfit(originOf(t.string), [['strin', any]])).toStrictEqual({
      kind: 'Unsupported',
      path: 'strin',
      name: 'given',
      reason: 'there is no such path and no type of that name; the nearest are "string"',
    })
  })

  it('is told with five, by how many letters are left out, put in or exchanged', () => {
    const type = t.type(
      { ['far '.repeat(9)]: t.string, coasts: t.string, ca: t.string, carts: t.string },
      'All',
    )
    expect(tryArbitrary(type, { given: [['cart', any]] })).toMatchObject({
      left: {
        reason: expect.stringMatching(/nearest are "carts", "ca", "coasts", "All", "string"$/),
      },
    })
  })

  it('may lead through a recursive type, as deep as it is written', () => {
    interface Tree {
      readonly name: string
      readonly children: ReadonlyArray<Tree>
    }
    const tree: t.Type<Tree> = t.recursion('Tree', () =>
      t.type({ name: t.string, children: t.readonlyArray(tree) }),
    )
    const self: t.Type<unknown> = t.recursion('Self', () => t.union([self, self]))
    const deep = 'children[].'.repeat(40)
    expect(wrong(tree, `${deep}name`, `${deep}nam`, 'Tree')).toStrictEqual([`${deep}nam`])
    expect(
      misfit(originOf(tree), [
        [`${deep}name`, any],
        ['Tree', any],
      ]),
    ).toBe(undefined)
    expect(wrong(self, 'Self', 'x')).toStrictEqual(['x'])
  })

  it('may be a place in one member of a codec, or in all', () => {
    const places = ['AddLine', 'AddLine.productId', 'productId', 'AddLin', 'SetTax.productId']
    expect(wrong(orderCommandCodec, ...places)).toStrictEqual(['AddLin', 'SetTax.productId'])
    expect(wrong(orderEventCodec, 'LineAdded.productId', 'AddLine.productId')).toStrictEqual([
      'AddLine.productId',
    ])
  })

  it('is not known to be wrong where a member is written by hand', () => {
    const { decode, encode, is } = codec(t.type({ type: t.literal('A') }))
    type A = { readonly type: 'A' }
    const byHand: Codec<A> = { decode, encode, is }
    expect(wrong(byHand, 'x')).toStrictEqual([])
    expect(wrong(tagged<A>({ A: byHand }), 'x')).toStrictEqual([])
  })

  it('is told by all that derives, the first that is wrong', () => {
    const given = [
      ['type', any],
      ['nowhere', any],
      ['never', any],
    ] as const
    const told = { _tag: 'Left', left: { path: 'nowhere', name: 'given' } }
    expect(tryArbitrary(orderCommandCodec, { given })).toMatchObject(told)
    expect(tryArbitrary(orderEventCodec, { given })).toMatchObject(told)
    expect(tryNearMisses(orderCommandCodec, { given })).toMatchObject(told)
    expect(() => nearMissesOfEvents(orderEventCodec, { given })).toThrow(
      'No generator for nowhere: given: there is no such path',
    )
  })
})

describe('a type for which a generator is given', () => {
  it('need not occur', () => {
    expect(tryArbitrary(t.string, { given: [[t.number, fc.nat()]] })._tag).toBe('Right')
  })
})

describe('a place', () => {
  const line = t.type({ productId: t.string }, 'Line')

  it('is that of its type, of its name, and of its path among all members or in its own', () => {
    const isOf = (of: unknown) => fits(of, asStructure(line), 'AddLine', 'lines[]')
    const all = [line, 'Line', 'lines[]', 'AddLine.lines[]']
    expect(all.filter(isOf)).toStrictEqual(all)
    const others = [
      t.type({ productId: t.string }, 'Other'),
      'AddLine',
      'lines',
      'SetTax.lines[]',
      undefined,
    ]
    expect(others.filter(isOf)).toStrictEqual([])
    expect(fits('AddLine', asStructure(line), 'AddLine', '')).toBe(true)
    expect(fits('AddLine.', asStructure(line), 'AddLine', '')).toBe(false)
  })

  it('may lie over another, among all members or in its own', () => {
    const isOver = (of: unknown) => mayFit(of, 'AddLine', 'lines[]')
    const beneath = ['lines[]', 'lines[].productId', 'AddLine.lines[].productId']
    expect(beneath.filter(isOver)).toStrictEqual(beneath)
    const others = [line, 'line', 'AddLine', 'SetTax.lines[].productId', 'productId.lines[]']
    expect(others.filter(isOver)).toStrictEqual([])
  })
})
