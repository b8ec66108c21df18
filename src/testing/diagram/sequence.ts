/**
 * A history as a Mermaid sequence diagram: who caused which event on which stream, and when.
 *
 * `h` is a list of recorded events of one or more streams.
 *
 * Laws:
 *
 * 1. `sequence(h)` has one arrow for each event, in the order of their positions, whatever their order in
 *    `h`
 * 2. an event with an earlier event of `h` as its cause is drawn from the stream of the cause, any other
 *    from its actor
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Clock } from '../../History.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import { kindOf } from '../internal/kind.ts'
import { inMermaid } from './label.ts'
import { none, some } from '../../internal/either.ts'

/** What a sequence diagram shows. */
interface SequenceOptions<in E> {
  /** Which instant is shown beside an event. Defaults to `occurredAt`. */
  readonly clock?: Clock
  /** How an event is printed. Defaults to its `type`. */
  readonly text?: (event: E) => string
  /**
   * The ids by which later events may name this one as their cause. Defaults to the id of its commit.
   */
  readonly names?: (recorded: Recorded<E>) => ReadonlyArray<string>
}

/**
 * Recorded events as a Mermaid `sequenceDiagram`. Each event is an arrow to its stream: a solid one from
 * its actor, or, if an earlier event of the list is its cause, a dashed one from the stream of that event.
 * A note says where another conversation (`correlationId`) begins or continues.
 *
 * `options` has three fields: `clock` chooses the instant that is shown (defaults to `occurredAt`), `text`
 * prints an event (defaults to its `type`), and `names` gives the ids by which later events may name an
 * event as their cause (defaults to the id of its commit).
 *
 * @example
 *   import { sequence } from 'decider-ts/testing/diagram'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const created = {
 *     occurredAt: Date.UTC(1996, 6, 4), correlationId: none, causationId: none,
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
    const sender = senders[i] as MessageSender // one for each event
    const [from, arrow] =
      sender.actor._tag === 'Some'
        ? [actors.get(sender.actor.value), '->>']
        : [streams.get(sender.stream), '-->>']
    return `${from} ${arrow} ${streams.get(recorded.stream)}: ${inMermaid(arrowLabel(recorded, options))}`
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

const arrowLabel = <E>(recorded: Recorded<E>, { text, clock }: SequenceOptions<E>): string =>
  `${(text ?? kindOf)(recorded.event)} (${instantText(recorded[clock ?? 'occurredAt'])})`

/** A note before each event that belongs to another conversation than the event before it. */
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

/** An actor, or '' if it is not known; or `none`, and the stream of the cause. */
interface MessageSender {
  readonly actor: Option<string>
  readonly stream: string
}

const sendersOf = <E>(
  sorted: ReadonlyArray<Recorded<E>>,
  names: (recorded: Recorded<E>) => ReadonlyArray<string>,
): ReadonlyArray<MessageSender> => {
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

/** An id for each name, in the order in which they first appear. */
const ids = (prefix: string, names: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map([...new Set(names)].map((name, i) => [name, `${prefix}${i}`]))

/** In ISO 8601, or as a number if no date has it. */
const instantText = (instant: Instant): string => {
  const date = new Date(instant)
  return Number.isNaN(date.getTime()) ? String(instant) : date.toISOString()
}
