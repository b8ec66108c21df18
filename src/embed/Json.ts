/**
 * A decider for programs in other languages: JSON in, JSON out, nothing is thrown. A host that can run a
 * script (QuickJS, GraalJS, JavaScriptCore, a web view) only needs to call a function of two strings.
 *
 * `d` is a decider, `j` is `toJson(d, codecs)`, `xs` and `ys` are lists of events, `c` is a command.
 *
 * Laws:
 *
 * 1. `j` answers every input, and equal input equally; the answer is ASCII
 * 2. the answer of `j` to `xs` and `c` is what `d` decides: its events, or its rejection
 * 3. the answer is the same for the events so far and for the state after them
 * 4. events of an older version count as what they are upcast to
 * 5. what a codec rejects is answered with its issues, each with its path
 * 6. `evolveJson` with `xs` and then with `ys` equals `evolveJson` with both, and leads to the state that
 *    `decideJson` returns
 *
 * Input may be nested 256 deep, and the data in it as deep as a store allows; -0 counts as 0. If a function
 * of the decider or of a codec throws, the answer is `Failed` with the message of the exception, which is
 * the only string that differs between engines.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../codec/Codec.ts'
import { showIssue } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../codec/EventCodec.ts'
import { freeze } from '../codec/internal/json.ts'
import type { Decider } from '../Decider.ts'
import type { Path } from '../internal/diff.ts'
import { replayFrom } from '../Projection.ts'
import type { Read } from '../codec/internal/untrusted.ts'
import { fieldOf, readData, readEvent, readVersion, refused } from '../codec/internal/untrusted.ts'
import { issuesAsData, showThrown } from './internal/showing.ts'
import { parseJson, printJson } from './Json/text.ts'
import type { JsonAnswer, JsonCodecs, JsonInput, JsonPart } from './Json/model.ts'
import { left, right } from '../internal/either.ts'

export type { JsonAnswer, JsonBefore, JsonCodecs } from './Json/model.ts'
export type { JsonSchema, UnsupportedSchema } from './Json/schema.ts'
export { boundarySchema, codecSchema, eventsSchema } from './Json/schema.ts'

/** The two functions of a decider for other languages; all strings are JSON. */
type JsonDecider = {
  /** The outcome of a command; `before` is a `JsonBefore`, the result a `JsonAnswer`. */
  readonly decideJson: (before: string, command: string) => string
  /** The state after a list of events; `before` is a `JsonBefore`, the result a `JsonAnswer`. */
  readonly evolveJson: (before: string, events: string) => string
}

/**
 * Converts a decider to functions from JSON strings to JSON strings.
 *
 * @example
 *   import { toJson } from 'decider-ts/embed/Json'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const { decideJson } = toJson(decider, { commands: orderCommandCodec, events: orderEventCodec })
 *   const nothing = '{"type":"Events","events":[]}'
 *
 *   assert.strictEqual(
 *     decideJson(nothing, '{"type":"SetTax","amount":5}'),
 *     '{"type":"Rejected","version":0,"rejection":{"type":"OrderNotFound"}}',
 *   )
 *   assert.deepStrictEqual(JSON.parse(decideJson(nothing, '{"type":"SetTax"}')), {
 *     type: 'Invalid',
 *     input: 'command',
 *     issues: [
 *       {
 *         path: ['amount'],
 *         expected: 'an integer',
 *         message: 'amount: expected an integer, got undefined',
 *       },
 *     ],
 *   })
 *
 * @category constructors
 * @since 0.1.0
 */
export const toJson = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  codecs: JsonCodecs<C, S, E, R>,
): JsonDecider => ({
  decideJson: (before, command) =>
    printedAnswer((running) => {
      const call: JsonCall<C, S, E, R> = { decider, codecs, running }
      const start = readStart(call, before)
      if (start._tag === 'Left') return invalidInput('before', start.left)
      const asked = readCommand(call, command)
      return asked._tag === 'Left'
        ? invalidInput('command', asked.left)
        : decided(call, start.right, asked.right)
    }),
  evolveJson: (before, events) =>
    printedAnswer((running) => {
      const call: JsonCall<C, S, E, R> = { decider, codecs, running }
      const start = readStart(call, before)
      if (start._tag === 'Left') return invalidInput('before', start.left)
      const list = parseJson(events)
      if (list._tag === 'Left') return invalidInput('events', [list.left])
      const end = readEvents(call, start.right, list.right, [])
      return end._tag === 'Left' ? invalidInput('events', end.left) : answerAfter(call, end.right)
    }),
})

/** The part that is running: if it throws, this tells which one did. */
interface RunningPart {
  part: JsonPart
}

interface JsonCall<in out C, in out S, in out E, in out R> {
  readonly decider: Decider<C, S, E, R>
  readonly codecs: JsonCodecs<C, S, E, R>
  readonly running: RunningPart
}

interface StreamState<out S> {
  readonly state: S
  readonly version: number
}

const printedAnswer = (answer: (running: RunningPart) => JsonAnswer): string => {
  const running: RunningPart = { part: 'commands' }
  try {
    return printJson(answer(running))
  } catch (thrown) {
    return printJson(failedIn(running.part, `threw ${showThrown(thrown)}`))
  }
}

const failedIn = (part: JsonPart, reason: string): JsonAnswer => ({ type: 'Failed', part, reason })

const invalidInput = (input: JsonInput, issues: ReadonlyArray<Issue>): JsonAnswer => ({
  type: 'Invalid',
  input,
  issues: issuesAsData(issues),
})

const readCommand = <C, S, E, R>(
  { codecs, running }: JsonCall<C, S, E, R>,
  text: string,
): Read<C> => {
  const parsed = parseJson(text)
  if (parsed._tag === 'Left') return left([parsed.left])
  running.part = 'commands'
  return readData(codecs.commands, parsed.right, [])
}

const readStart = <C, S, E, R>(call: JsonCall<C, S, E, R>, text: string): Read<StreamState<S>> => {
  const { decider, codecs, running } = call
  const parsed = parseJson(text)
  if (parsed._tag === 'Left') return left([parsed.left])
  const type = fieldOf(parsed.right, 'type')
  if (type === 'Events') {
    const nothing = { state: decider.initialState, version: 0 }
    return readEvents(call, nothing, fieldOf(parsed.right, 'events'), ['events'])
  }
  if (codecs.state === undefined) return refused(['type'], '"Events"', type)
  if (type !== 'State') return refused(['type'], '"Events" | "State"', type)
  const version = readVersion(fieldOf(parsed.right, 'version'), ['version'])
  if (version._tag === 'Left') return version
  const data = fieldOf(parsed.right, 'state')
  if (data === undefined) return refused(['state'], 'a state', data)
  running.part = 'state'
  const state = readData(codecs.state, data, ['state'])
  return state._tag === 'Left' ? state : right({ state: state.right, version: version.right })
}

/** The state after a list of encoded events, or the issues of the first that does not decode. */
const readEvents = <C, S, E, R>(
  { decider, codecs, running }: JsonCall<C, S, E, R>,
  { state, version }: StreamState<S>,
  list: unknown,
  path: Path,
): Read<StreamState<S>> => {
  if (!Array.isArray(list)) return refused(path, 'a list of events', list)
  const all: ReadonlyArray<unknown> = list
  let next = state
  for (let i = 0; i < all.length; i++) {
    running.part = 'events'
    const event = readEvent(codecs.events, all[i], [...path, i])
    if (event._tag === 'Left') return event
    running.part = 'evolve'
    next = decider.evolve(next, event.right)
  }
  return right({ state: next, version: version + all.length })
}

const decided = <C, S, E, R>(
  call: JsonCall<C, S, E, R>,
  { state, version }: StreamState<S>,
  command: C,
): JsonAnswer => {
  const { decider, codecs, running } = call
  running.part = 'decide'
  const decision = decider.decide(command, state)
  if (decision._tag === 'Left') {
    running.part = 'rejections'
    const { rejections } = codecs
    const value = decision.left
    const rejection = freeze(rejections === undefined ? value : rejections.encode(value))
    return rejection._tag === 'Left'
      ? failedIn('rejections', showIssue(rejection.left))
      : { type: 'Rejected', version, rejection: rejection.right }
  }
  running.part = 'events'
  const events = encodeAll(codecs.events, decision.right)
  if (events._tag === 'Left') return events.left
  running.part = 'evolve'
  const next = replayFrom(decider)(state, decision.right)
  const evolved = answerAfter(call, { state: next, version: version + decision.right.length })
  return evolved.type === 'Evolved'
    ? { ...evolved, type: 'Accepted', events: events.right }
    : evolved
}

/** Encodes all events and checks that each decodes again: the host has to pass them in later. */
const encodeAll = <E>(
  codec: EventCodec<E>,
  events: ReadonlyArray<E>,
): Either<JsonAnswer, ReadonlyArray<EncodedEvent>> => {
  const all: Array<EncodedEvent> = []
  for (const event of events) {
    const encoded = codec.encode(event)
    if (encoded._tag === 'Left')
      return undecodableEvent(encoded.left.eventType, encoded.left.issues[0])
    const { type, schemaVersion, data } = encoded.right
    const frozen = freeze(data)
    if (frozen._tag === 'Left') return undecodableEvent(type, frozen.left)
    const written = { type, schemaVersion, data: frozen.right }
    const decoded = codec.decode(written)
    if (decoded._tag === 'Left') return undecodableEvent(type, decoded.left.issues[0])
    all.push(written)
  }
  return right(all)
}

const undecodableEvent = (type: string, issue: Issue): Either<JsonAnswer, never> =>
  left(failedIn('events', `${type}: ${showIssue(issue)}`))

const answerAfter = <C, S, E, R>(
  { decider, codecs, running }: JsonCall<C, S, E, R>,
  { state, version }: StreamState<S>,
): JsonAnswer => {
  running.part = 'isTerminal'
  const isTerminal = decider.isTerminal(state)
  if (codecs.state === undefined) return { type: 'Evolved', version, isTerminal }
  running.part = 'state'
  const encoded = freeze(codecs.state.encode(state))
  if (encoded._tag === 'Left') return failedIn('state', showIssue(encoded.left))
  const decoded = codecs.state.decode(encoded.right)
  return decoded._tag === 'Left'
    ? failedIn('state', showIssue(decoded.left[0]))
    : { type: 'Evolved', version, isTerminal, state: encoded.right }
}
