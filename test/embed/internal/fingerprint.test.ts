import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Codec } from '../../../src/codec/Codec.ts'
import { requestHash } from '../../../src/embed/internal/fingerprint.ts'
import { orderCommandCodec } from '../../../src/order/codec.ts'
import { walk } from '../../support/orders.ts'

/** The fingerprint of what a codec decodes of a body. */
const printOf = async <C>(codec: Codec<C>, body: unknown, actor?: string) => {
  const sent: ReadonlyArray<unknown> = Array.isArray(body) ? body : [body]
  const decoded = sent.map((one) => {
    const command = codec.decode(one)
    return command._tag === 'Right' ? command.right : expect.unreachable()
  })
  return requestHash(codec, decoded, body, actor)
}

interface Pay {
  readonly cents: number
  readonly note: string
}

/** Takes a text or a number, has a default, and drops what it does not know. */
const pay: Codec<Pay> = {
  decode: (input) => {
    const { cents, note = '' } = input as { readonly cents: unknown; readonly note?: string }
    return right({ cents: Number(cents), note })
  },
  encode: ({ cents, note }) => ({ cents: String(cents), note }),
  is: (input): input is Pay => input !== undefined,
}

describe('the fingerprint of a request', () => {
  it('is that of the commands, however they are written', async () => {
    const print = await printOf(pay, { cents: 5 })
    for (const body of [
      { cents: '5' },
      { cents: 5, note: '' },
      { note: '', cents: 5 },
      { cents: 5, colour: 'red' },
      [{ cents: 5 }],
    ]) {
      expect(await printOf(pay, body)).toBe(print)
    }
  })

  it('is another one for another amount, note, number of commands, order or actor', async () => {
    const a = { cents: 5 }
    const b = { cents: 6 }
    const prints = await Promise.all([
      printOf(pay, a),
      printOf(pay, b),
      printOf(pay, { ...a, note: 'x' }),
      printOf(pay, [a, a]),
      printOf(pay, [a, b]),
      printOf(pay, [b, a]),
      printOf(pay, a, 'Nancy'),
      printOf(pay, a, ''),
    ])
    expect(new Set(prints).size).toBe(prints.length)
  })

  const broken: ReadonlyArray<readonly [string, Codec<Pay>['encode']]> = [
    ['throws', () => expect.unreachable()],
    ['loses the amount', ({ note }) => ({ cents: 1, note })],
    ['gives what JSON has no words for', ({ cents, note }) => ({ cents: BigInt(cents), note })],
    ['gives nothing', () => undefined],
    ['gives what cannot be decoded', () => 'paid'],
  ]

  it.each(broken)('is of what was sent where encoding %s', async (_, encode) => {
    const strict: Codec<Pay>['decode'] = (input) =>
      typeof input === 'object'
        ? pay.decode(input)
        : left([{ path: [], expected: 'a payment', actual: input }])
    const codec = { ...pay, encode, decode: strict }
    const print = await printOf(codec, { cents: 5, note: 'x' })
    expect(await printOf(codec, { note: 'x', cents: 5 })).toBe(print)
    expect(await printOf(codec, { cents: 6, note: 'x' })).not.toBe(print)
    expect(await printOf(codec, { cents: 5, note: 'x', colour: 'red' })).not.toBe(print)
  })

  it('of orders differs exactly where the commands do', async () => {
    const commands = walk(4, 4).map((all) =>
      (JSON.parse(JSON.stringify(all)) as ReadonlyArray<unknown>).filter((one) =>
        orderCommandCodec.is(one),
      ),
    )
    await fc.assert(
      fc.asyncProperty(commands, commands, async (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b)
        const prints = [await printOf(orderCommandCodec, a), await printOf(orderCommandCodec, b)]
        expect(prints[0] === prints[1]).toBe(isSame)
        const more = a.map((one) => ({ ...(one as object), more: 1 }))
        expect(await printOf(orderCommandCodec, more)).toBe(prints[0])
      }),
    )
  })
})
