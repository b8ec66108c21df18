// What a newcomer writes first, and what the compiler says of the usual mistakes.
import type { Either } from 'fp-ts/lib/Either.js'
import { isLeft } from 'fp-ts/lib/Either.js'
import { expectTypeOf, it } from 'vitest'
import type { CommandOf, EventOf, RejectionOf, StateOf } from '../../src/Decider.ts'
import { Decider, Projection } from '../../src/index.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import { orderEventCodec } from '../../src/order/codec.ts'
import type { HandlerFailure, Outcome } from '../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'

const decider = orderDecider()
const handle = commandHandler({ decider, store: memoryStore(), events: orderEventCodec })
const request = {
  stream: '10248',
  commitId: 'c1',
  commands: [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }],
} as const

it('a handler takes a store and a codec, or a store that has one', () => {
  type Answer = Either<HandlerFailure<OrderRejection>, Outcome<OrderState, OrderEvent>>
  expectTypeOf(handle(request)()).toEqualTypeOf<Promise<Answer>>()
  commandHandler({ decider, store: withCodec(orderEventCodec)(memoryStore()) })
  // @ts-expect-error nothing says how events are stored
  commandHandler({ decider, store: memoryStore() })
})

it('an answer that was awaited and not called is no Either, and says what to do', async () => {
  const notCalled = await Promise.resolve(handle(request))
  type Told = typeof notCalled._tag
  expectTypeOf<Told>().toEqualTypeOf<
    'Call it to handle the request: await handle(request)()' | undefined
  >()
  // @ts-expect-error it has no tag but the advice
  void (notCalled._tag === 'Left')
  // @ts-expect-error it is no Either
  isLeft(notCalled)
})

it('a request needs a commit id and at least one command', () => {
  // @ts-expect-error no commit id
  handle({ stream: '10248', commands: request.commands })
  // @ts-expect-error no command
  handle({ ...request, commands: [] })
})

it('the name of a module of the core is a type, too', () => {
  const typed: Decider<OrderCommand, OrderState, OrderEvent, OrderRejection> = decider
  expectTypeOf(Decider.run(typed)([]).state).toEqualTypeOf<OrderState>()
  const counter: Projection<number, string> = { initialState: 0, evolve: (n) => n + 1 }
  expectTypeOf(Projection.replay(counter)([])).toEqualTypeOf<number>()
})

it('commands, states, events and rejections are inferred from a decider', () => {
  expectTypeOf<CommandOf<typeof decider>>().toEqualTypeOf<OrderCommand>()
  expectTypeOf<StateOf<typeof decider>>().toEqualTypeOf<OrderState>()
  expectTypeOf<EventOf<typeof decider>>().toEqualTypeOf<OrderEvent>()
  expectTypeOf<RejectionOf<typeof decider>>().toEqualTypeOf<OrderRejection>()
})
