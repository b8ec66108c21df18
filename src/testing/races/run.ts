/**
 * One race, from its new store to the question whether some order explains it.
 *
 */
import type { Decider } from '../../Decider.ts'
import type { Recorded } from '../../Recorded.ts'
import type { CommandHandler, CommandRequest } from '../../shell/CommandHandler.ts'
import type { EventStore } from '../../store/EventStore.ts'
import type { Race } from './scheduler.ts'
import { requestLetter, play } from './scheduler.ts'
import { brief, unexplained } from './linearizability.ts'
import { byStream } from '../internal/byStream.ts'
import { source } from '../internal/source.ts'

/** What all races of a check have in common. */
export interface RaceTrack<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly store: () => EventStore<E>
  readonly handlers: () => (store: EventStore<E>) => CommandHandler<C, S, E, R>
  readonly processes: number | undefined
  readonly before: ReadonlyArray<CommandRequest<C>>
  readonly lateAnswers: boolean
  readonly losses: number
}

/** A race that no order explains. */
export interface LostRace<out Q> {
  readonly reason: string
  readonly requests: ReadonlyArray<Q>
  readonly steps: ReadonlyArray<string>
  readonly schedule: ReadonlyArray<number>
  /** The requests, steps, outcomes and streams, printed. */
  readonly text: string
}

/** The choices that were made, from how many moves each time, and the race if it is lost. */
export interface RanRace<out Q> {
  readonly choices: ReadonlyArray<number>
  readonly widths: ReadonlyArray<number>
  readonly lost: LostRace<Q> | undefined
}

export const runOn = async <C, S, E, R>(
  track: RaceTrack<C, S, E, R>,
  requests: ReadonlyArray<CommandRequest<C>>,
  choices: ReadonlyArray<number>,
): Promise<RanRace<CommandRequest<C>>> => {
  const { decider, processes, lateAnswers, losses } = track
  const store = track.store()
  const handle = track.handlers()
  const start = (await allAfter(store, 0)).at(-1)?.position ?? 0
  for (const request of track.before) {
    const result = await handle(store)(request)()
    if (result._tag === 'Left') {
      const reason = `before the race, ${request.commitId} fails: ${result.left.type}`
      return {
        choices: [],
        widths: [],
        lost: { reason, requests, steps: [], schedule: [], text: '' },
      }
    }
  }
  const names = [...new Set([...track.before, ...requests].map(({ stream }) => stream))].sort()
  const history = await loadStreams(store, names)
  const before = new Map([...history].map(([name, events]) => [name, events.length]))
  const race = await play({ requests, store, handle, processes, lateAnswers, losses, choices })
  const { runs, steps, widths } = race
  const streams = await loadStreams(store, names)
  const strays = (await allAfter(store, start)).filter(({ stream }) => !names.includes(stream))
  const reason =
    runs.length < requests.length
      ? 'a handler neither asks the store for anything nor answers'
      : (strays.map(strayed)[0] ?? unexplained({ decider, requests, runs, before, streams }))
  if (reason === undefined) return { choices: race.choices, widths, lost: undefined }
  const text = showRace(requests, race, new Map([...streams, ...byStream(strays)]))
  const schedule = withoutTail(race.choices)
  return { choices: race.choices, widths, lost: { reason, requests, steps, schedule, text } }
}

const loadStreams = async <E>(
  store: EventStore<E>,
  names: ReadonlyArray<string>,
): Promise<ReadonlyMap<string, ReadonlyArray<Recorded<E>>>> => {
  const streams = new Map<string, ReadonlyArray<Recorded<E>>>()
  for (const name of names) {
    const loaded = await store.load(name)()
    streams.set(name, loaded._tag === 'Right' ? loaded.right : [])
  }
  return streams
}

/** How many events are read at once. */
const readPage = 1_000

/** All that a store holds after a position, up to the first failure to read. */
export const allAfter = async <E>(
  store: EventStore<E>,
  position: number,
): Promise<ReadonlyArray<Recorded<E>>> => {
  const events: Array<Recorded<E>> = []
  for (let after = position; ;) {
    const read = await store.readAll(after, readPage)()
    if (read._tag === 'Left' || read.right.end <= after) return events
    for (const event of read.right.events) events.push(event)
    after = read.right.end
  }
}

const strayed = ({ stream, commitId, version, position }: Recorded<unknown>): string =>
  `${stream} holds ${commitId} at version ${version}, position ${position}, and nothing was asked of ${stream}`

/** After the end of a schedule the first move is chosen anyway. */
export const withoutTail = (choices: ReadonlyArray<number>): ReadonlyArray<number> => {
  let end = choices.length
  while (choices[end - 1] === 0) end--
  return choices.slice(0, end)
}

const showRace = <C, S, E, R>(
  requests: ReadonlyArray<CommandRequest<C>>,
  { steps, runs }: Race<S, E, R>,
  streams: ReadonlyMap<string, ReadonlyArray<Recorded<E>>>,
): string =>
  [
    'Requests:',
    ...requests.map(({ stream, commitId, commands, expected }, i) => {
      const at = expected === undefined ? '' : `, expected ${source(expected, 2)}`
      return `  ${requestLetter(i)}: ${commitId} on ${stream}${at}: ${source(commands, 2)}`
    }),
    'Steps:',
    ...steps.map((step, i) => `  ${i + 1}. ${step}`),
    'Outcomes:',
    ...runs.map((run, i) => `  ${requestLetter(i)}: ${source(brief(run), 2)}`),
    ...[...streams].flatMap(([name, events]) => [
      `Stream ${name}:`,
      ...events.map(
        ({ version, commitId, event }) => `  ${version} ${commitId} ${source(event, 2)}`,
      ),
    ]),
  ].join('\n')
