// Calls of decideJson for orders, with what the decider itself makes of them: every host must give
// the same answers.
import fc from 'fast-check'
import { codecs } from '../../docs/examples/json/order.ts'
import type { Issues } from '../../src/codec/Codec.ts'
import { showIssue } from '../../src/codec/Codec.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type { JsonAnswer, JsonBefore } from '../../src/embed/Json.ts'
import type { OrderCommand, OrderEvent, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import { walk } from '../support/orders.ts'

const decider = orderDecider()

export interface Call {
  readonly before: JsonBefore
  readonly command: unknown
  readonly answer: JsonAnswer
}

export const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

export const encoded = (event: OrderEvent): EncodedEvent => {
  const result = codecs.events.encode(event)
  if (result._tag === 'Left') throw new Error(showIssue(result.left.issues[0]))
  return result.right
}

const invalid = (issues: Issues): JsonAnswer => ({
  type: 'Invalid',
  input: 'command',
  issues: issues.map((issue) => ({
    path: issue.path,
    expected: issue.expected,
    message: showIssue(issue),
  })),
})

/** What the decider makes of a command after some events. */
export const expected = (events: ReadonlyArray<OrderEvent>, command: unknown): JsonAnswer => {
  const decoded = codecs.commands.decode(command)
  if (decoded._tag === 'Left') return invalid(decoded.left)
  const decision = decider.decide(decoded.right, replay(decider)(events))
  if (decision._tag === 'Left') {
    return { type: 'Rejected', version: events.length, rejection: decision.left }
  }
  const state = replay(decider)([...events, ...decision.right])
  return {
    type: 'Accepted',
    version: events.length + decision.right.length,
    isTerminal: decider.isTerminal(state),
    events: decision.right.map(encoded),
    state,
  }
}

export const afterEvents = (events: ReadonlyArray<OrderEvent>): JsonBefore => ({
  type: 'Events',
  events: events.map(encoded),
})

export const atState = (version: number, state: OrderState): JsonBefore => ({
  type: 'State',
  version,
  state,
})

/** Each command of a walk asked twice: of the events so far, and of the state after them. */
export const callsOf = (commands: ReadonlyArray<OrderCommand>): ReadonlyArray<Call> => {
  let events: ReadonlyArray<OrderEvent> = []
  return commands.flatMap((asked) => {
    const command = throughText(asked)
    const answer = expected(events, command)
    const state = replay(decider)(events)
    const calls = [afterEvents(events), atState(events.length, state)].map((before) => ({
      before,
      command,
      answer,
    }))
    // what the text says, which is another command where the number is a negative zero
    const decoded = codecs.commands.decode(command)
    const decision = decoded._tag === 'Left' ? decoded : decider.decide(decoded.right, state)
    if (decision._tag === 'Right') events = [...events, ...decision.right]
    return calls
  })
}

/** Calls along some walks. */
export const someCalls = (walks: number, length: number, seed: number): ReadonlyArray<Call> =>
  fc.sample(walk(length, 4), { numRuns: walks, seed }).flatMap(callsOf)
