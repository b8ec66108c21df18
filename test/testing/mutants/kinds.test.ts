import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { codec } from '../../../src/codec/IoTs.ts'
import { orderCommandCodec, orderEventCodec } from '../../../src/order/codec.ts'
import type { MutantKinds } from '../../../src/testing/mutants/kinds.ts'
import { kindNames } from '../../../src/testing/mutants/kinds.ts'

type Door = { readonly type: 'Open' } | { readonly type: 'Close'; readonly by: string }

const open = t.type({ type: t.literal('Open') })
const close = t.exact(t.type({ type: t.literal('Close'), by: t.string }))

describe('the kinds that there are', () => {
  it('are names, the fields of an object, or what a codec is put together from', () => {
    expect(kindNames<Door>(['Open'])).toStrictEqual(['Open'])
    expect(kindNames<Door>({ Open: true, Close: true })).toStrictEqual(['Open', 'Close'])
    expect(kindNames(orderCommandCodec)).toContain('ChangeQuantity')
    expect(kindNames(orderEventCodec)).toContain('QuantityChanged')
    expect(kindNames(codec(t.union([open, close])))).toStrictEqual(['Open', 'Close'])
    const refined = t.refinement(open, () => true)
    expect(kindNames(codec(refined))).toStrictEqual(['Open'])
    const both = t.intersection([open, t.partial({ by: t.string })])
    expect(kindNames(codec(both))).toStrictEqual(['Open'])
    expect(
      kindNames(codec(t.recursion<t.TypeOf<typeof close>>('Door', () => close))),
    ).toStrictEqual(['Close'])
  })

  it('are not known of a codec that does not tell them', () => {
    expect(kindNames({ decode: () => undefined })).toBeUndefined()
    expect(kindNames(codec(t.string))).toBeUndefined()
    expect(kindNames(codec(t.union([open, t.type({ kind: t.literal('Close') })])))).toBeUndefined()
  })

  it('do not compile where one is missing', () => {
    // @ts-expect-error Close is missing
    const missing: MutantKinds<Door> = { Open: true }
    expect(kindNames(missing)).toStrictEqual(['Open'])
  })
})
