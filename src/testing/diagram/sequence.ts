/**
 * A history as a sequence diagram in Mermaid: who caused which event on which stream, and when.
 *
 * `h` is a list of recorded events of one stream or of many.
 *
 * Laws:
 *
 * 1. `sequence(h)` has one arrow an event, in the order of their positions, whatever their order in `h`
 * 2. an event whose cause is among those before it is drawn from the cause's stream, any other from
 *    its actor
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Clock } from '../../History.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import { kindOf } from '../internal/kind.ts'
import { inMermaid } from './label.ts'
import { none, some } from '../../internal/either.ts'

/**
 * What a sequence diagram shows.
 *
 * - `clock`: the instant that stands beside an event: when it happened (`occurredAt`, if nothing is
 *   said) or when it was written down
 * - `text`: the text of an event; its `type`, if nothing is said
 * - `names`: the names by which later events may give this one as their cause; the id of its commit,
 *   if nothing is said
 *
 * @category model
 * @since 0.1.0
 */
export interface SequenceOptions<in E> {
  readonly clock?: Clock
  readonly text?: (event: E) => string
  readonly names?: (recorded: Recorded<E>) => ReadonlyArray<string>
}

/**
 * The events as a Mermaid `sequenceDiagram`. Each is an arrow to its stream: a solid one from its
 * actor, or, where an earlier event of the list is its cause, a dashed one from the stream of that
 * event. A note says where another conversation (`correlationId`) begins or goes on.
 *
 * @example
 *   import { sequence } from 'decider-ts/testing/diagram'
 *   import { occurredAt } from 'decider-ts/Recorded'
 *   import { some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const created = {
 *     ...occurredAt(Date.UTC(1996, 6, 4)),
 *     actor: some('ann'),
 *     stream: 'order',
 *     version: 1,
 *     position: 1,
 *     commitId: 'c1',
 *     recordedAt: 0,
 *     event: { type: 'OrderCreated' },
 *   }
 *   assert.deepStrictEqual(sequence([created]).split('\n'), [
 *     'sequenceDiagram',
 *     '  actor a0 as ann',
 *     '  participant p0 as order',
 *     '  a0 ->> p0: OrderCreated (1996-07-04T00#58;00#58;00.000Z)',
 *     '',
 *   ])
 *
 * @category drawing
 * @since 0.1.0
 */
export const sequence = <E>(
  events: ReadonlyArray<Recorded<E>>,
  options: SequenceOptions<E> = {},
): string => {
  const sorted = [...events].sort((a, b) => a.position - b.position)
  const senders = sendersOf(sorted, options.names ?? (({ commitId }) => [commitId]))
  const named = senders.flatMap(({ actor }) => (actor._tag === 'Some' ? [actor.value] : []))
  const actors = ids('a', named)
  const streams = ids(
    'p',
    sorted.map(({ stream }) => stream),
  )
  const arrows = sorted.map((recorded, i) => {
    const sender = senders[i] as Sender // there is one for each event
    const [from, arrow] =
      sender.actor._tag === 'Some'
        ? [actors.get(sender.actor.value), '->>']
        : [streams.get(sender.stream), '-->>']
    return `${from} ${arrow} ${streams.get(recorded.stream)}: ${inMermaid(textOf(recorded, options))}`
  })
  const everyone = [...actors.values(), ...streams.values()]
  const notes = notesOf(sorted, [...new Set([everyone.at(0), everyone.at(-1)])].join(','))
  return (
    [
      'sequenceDiagram',
      ...[...actors].map(([name, id]) => `  actor ${id} as ${inMermaid(name || '(unknown)')}`),
      ...[...streams].map(([name, id]) => `  participant ${id} as ${inMermaid(name)}`),
      ...notes.flatMap((note, i) => [...note, arrows[i]]).map((line) => `  ${line}`),
    ].join('\n') + '\n'
  )
}

const textOf = <E>(recorded: Recorded<E>, { text, clock }: SequenceOptions<E>): string =>
  `${(text ?? kindOf)(recorded.event)} (${timeOf(recorded[clock ?? 'occurredAt'])})`

/** Before an event of another conversation than the last one's, a note that says so. */
const notesOf = (
  sorted: ReadonlyArray<Recorded<unknown>>,
  everyone: string,
): ReadonlyArray<ReadonlyArray<string>> => {
  let last = ''
  return sorted.map(({ correlationId }) => {
    const now = correlationId._tag === 'Some' ? correlationId.value : ''
    const note = `Note over ${everyone}: ${now === '' ? '(no conversation)' : inMermaid(now)}`
    const notes = now === last ? [] : [note]
    last = now
    return notes
  })
}

/** An actor, who is '' where none is named; or none, and the stream of the cause. */
interface Sender {
  readonly actor: Option<string>
  readonly stream: string
}

const sendersOf = <E>(
  sorted: ReadonlyArray<Recorded<E>>,
  names: (recorded: Recorded<E>) => ReadonlyArray<string>,
): ReadonlyArray<Sender> => {
  const streamOf = new Map<string, string>()
  return sorted.map((recorded) => {
    const { causationId, actor, stream } = recorded
    const cause = causationId._tag === 'Some' ? streamOf.get(causationId.value) : undefined
    for (const name of names(recorded)) streamOf.set(name, stream)
    return cause === undefined
      ? { actor: some(actor._tag === 'Some' ? actor.value : ''), stream }
      : { actor: none, stream: cause }
  })
}

/** An id for each name, in the order in which they come up. */
const ids = (prefix: string, names: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map([...new Set(names)].map((name, i) => [name, `${prefix}${i}`]))

/** As ISO 8601, or the number itself where no calendar has it. */
const timeOf = (instant: Instant): string => {
  const date = new Date(instant)
  return Number.isNaN(date.getTime()) ? String(instant) : date.toISOString()
}
