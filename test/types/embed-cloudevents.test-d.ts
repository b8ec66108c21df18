import type { CloudEventV1 } from 'cloudevents'
import { CloudEvent as Theirs } from 'cloudevents'
import type { Either } from 'fp-ts/lib/Either.js'
import { expectTypeOf, it } from 'vitest'
import type { CloudEvent, CloudEventFailure } from '../../src/embed/CloudEvents.ts'
import { fromCloudEvent, toCloudEvent } from '../../src/embed/CloudEvents.ts'
import { orderEventCodec } from '../../src/order/codec.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import type { Recorded } from '../../src/Recorded.ts'

const context = { source: '/orders', typePrefix: 'com.example.' }

it("is one of the official library's", () => {
  expectTypeOf<CloudEvent>().toExtend<CloudEventV1<unknown>>()
  const theirs = (ours: CloudEvent) => new Theirs(ours)
  expectTypeOf(theirs).returns.toExtend<CloudEventV1<unknown>>()
})

it('needs no annotations', () => {
  expectTypeOf(toCloudEvent(orderEventCodec, context)).toEqualTypeOf<
    (recorded: Recorded<OrderEvent>) => Either<CloudEventFailure, CloudEvent>
  >()
  expectTypeOf(fromCloudEvent(orderEventCodec, context)).toEqualTypeOf<
    (input: unknown) => Either<CloudEventFailure, Recorded<OrderEvent>>
  >()
})

it('wrong use does not compile', () => {
  // @ts-expect-error a store has a name
  toCloudEvent(orderEventCodec, { typePrefix: '' })
  const to = toCloudEvent(orderEventCodec, context)
  // @ts-expect-error a bare event has no envelope
  to({ type: 'TaxSet', amount: 1 })
  // @ts-expect-error an event of somebody else
  to({} as Recorded<{ readonly type: 'Seen' }>)
})
