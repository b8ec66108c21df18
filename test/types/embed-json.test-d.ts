import type { AnySchema } from 'ajv'
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { expectTypeOf, it } from 'vitest'
import type { Codec } from '../../src/codec/Codec.ts'
import { codec } from '../../src/codec/IoTs.ts'
import type { JsonAnswer, JsonCodecs } from '../../src/embed/Json.ts'
import { toJson } from '../../src/embed/Json.ts'
import type { JsonSchema, UnsupportedSchema } from '../../src/embed/Json/schema.ts'
import { boundarySchema, codecSchema, eventsSchema } from '../../src/embed/Json/schema.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'

const decider = orderDecider()

type JsonDecider = ReturnType<typeof toJson>

type OrderCodecs = JsonCodecs<OrderCommand, OrderState, OrderEvent, OrderRejection>

declare const state: Codec<OrderState>
declare const rejections: Codec<OrderRejection>
const codecs = { commands: orderCommandCodec, events: orderEventCodec }

it('a decider and its codecs are told without annotations', () => {
  expectTypeOf(toJson(decider, codecs)).toEqualTypeOf<JsonDecider>()
  expectTypeOf(toJson(decider, { ...codecs, state, rejections })).toEqualTypeOf<JsonDecider>()
  expectTypeOf({ ...codecs, state, rejections }).toExtend<OrderCodecs>()
  expectTypeOf<JsonDecider['decideJson']>().toEqualTypeOf<
    (before: string, command: string) => string
  >()
})

it('codecs of something else are refused', () => {
  const other = codec(t.type({ type: t.literal('Other') }))
  // @ts-expect-error no commands of orders
  toJson(decider, { ...codecs, commands: other })
  // @ts-expect-error no states of orders
  toJson(decider, { ...codecs, state: other })
  // @ts-expect-error no rejections of orders
  toJson(decider, { ...codecs, rejections: other })
  // @ts-expect-error events have a codec of their own kind
  toJson(decider, { ...codecs, events: orderCommandCodec })
  // @ts-expect-error events have to be read
  toJson(decider, { commands: orderCommandCodec })
})

it('an answer is told by its type', () => {
  const show = (answer: JsonAnswer): unknown => {
    switch (answer.type) {
      case 'Accepted':
        return answer.events
      case 'Evolved':
        return answer.state
      case 'Rejected':
        return answer.rejection
      case 'Invalid':
        return answer.issues[0]?.message
      case 'Failed':
        return answer.reason
    }
  }
  expectTypeOf(show).returns.toBeUnknown()
  // @ts-expect-error a rejection has no events
  expectTypeOf<Extract<JsonAnswer, { type: 'Rejected' }>['events']>().toBeAny()
})

it('a schema is what a checker takes', () => {
  expectTypeOf<JsonSchema>().toExtend<AnySchema>()
  type Made = Either<UnsupportedSchema, JsonSchema>
  expectTypeOf(codecSchema(orderCommandCodec)).toEqualTypeOf<Made>()
  expectTypeOf(eventsSchema(orderEventCodec)).toEqualTypeOf<Made>()
  expectTypeOf(boundarySchema({ ...codecs, state, rejections })).toEqualTypeOf<Made>()
  const given = [
    [t.Int, { type: 'integer' }],
    ['price', true],
  ] as const
  expectTypeOf(codecSchema(orderCommandCodec, { given })).toEqualTypeOf<Made>()
  // @ts-expect-error a schema is no text
  codecSchema(orderCommandCodec, { given: [['price', 'integer']] })
})
