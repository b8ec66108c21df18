/**
 * One race of decisions, from its new store to the question whether it kept the laws.
 *
 */
import type { Decision } from '../../internal/decision.ts'
import type { Recorded } from '../../Recorded.ts'
import type { DecisionHandler, DecisionRequest } from '../../shell/DecisionHandler.ts'
import type { EventStore } from '../../store/EventStore.ts'
import { source } from '../internal/source.ts'
import type { DecisionRun, TriedAppend } from './decisionLaws.ts'
import { brokenLaw } from './decisionLaws.ts'
import type { RanRace } from './run.ts'
import { allAfter, withoutTail } from './run.ts'
import { play, requestLetter } from './scheduler.ts'

/** What all races of a check have in common. */
export interface DecisionTrack<C, S, E, R> {
  readonly decision: Decision<C, S, E, R>
  readonly streamOf: (command: C) => string
  readonly store: () => EventStore<E>
  readonly handlers: () => (store: EventStore<E>) => DecisionHandler<C, S, E, R>
  readonly processes: number | undefined
  readonly before: ReadonlyArray<DecisionRequest<C>>
  readonly lateAnswers: boolean
  readonly losses: number
  readonly disturb: boolean | undefined
}

export interface RanDecisions<out Q> extends RanRace<Q> {
  /** Whether a decision disturbed another one. */
  readonly conflict: boolean
}

export const runDecisions = async <C, S, E, R>(
  track: DecisionTrack<C, S, E, R>,
  requests: ReadonlyArray<DecisionRequest<C>>,
  given: ReadonlyArray<number>,
): Promise<RanDecisions<DecisionRequest<C>>> => {
  const { decision, streamOf, processes, lateAnswers, losses, disturb } = track
  const inner = track.store()
  const handle = track.handlers()
  for (const request of track.before) {
    const result = await handle(inner)(request)()
    if (result._tag === 'Left') {
      const reason = `before the race, ${request.commitId} fails: ${result.left.type}`
      const lost = { reason, requests, steps: [], schedule: [], text: '' }
      return { choices: [], widths: [], conflict: false, lost }
    }
  }
  const start = (await allAfter(inner, 0)).at(-1)?.position ?? 0
  const tries: Array<TriedAppend> = []
  const store = watchedStore(inner, tries)
  const setting = { requests, store, handle, processes, lateAnswers, losses, choices: given }
  const { runs, steps, choices, widths } = await play(setting)
  const log = await allAfter(inner, 0)
  const reason =
    runs.length < requests.length
      ? 'a handler neither asks the store for anything nor answers'
      : brokenLaw({ decision, streamOf, requests, runs, log, start, tries, disturb })
  const conflict = tries.some(({ disturbedBy }) => disturbedBy !== undefined)
  if (reason === undefined) return { choices, widths, conflict, lost: undefined }
  const text = showDecisions({ requests, steps, runs, log, decision })
  const schedule = withoutTail(choices)
  return { choices, widths, conflict, lost: { reason, requests, steps, schedule, text } }
}

/** The store, with a list of what it was asked to append, and what became of it. */
const watchedStore = <E>(store: EventStore<E>, tries: Array<TriedAppend>): EventStore<E> => ({
  ...store,
  append: (commit, options) => async () => {
    const { commitId, condition } = commit
    const result = await store.append(commit, options)()
    if (result._tag === 'Left') {
      const disturbedBy =
        result.left.type === 'AppendConditionFailed' ? result.left.position : undefined
      tries.push({ commitId, condition, ...(disturbedBy !== undefined && { disturbedBy }) })
    } else if (result.right.repeated !== true) {
      tries.push({ commitId, condition, stored: result.right[0].position })
    }
    return result
  },
})

interface ShownDecisions<C, S, E, R> {
  readonly decision: Decision<C, S, E, R>
  readonly requests: ReadonlyArray<DecisionRequest<C>>
  readonly steps: ReadonlyArray<string>
  readonly runs: ReadonlyArray<DecisionRun<S, E, R>>
  readonly log: ReadonlyArray<Recorded<E>>
}

const showDecisions = <C, S, E, R>(shown: ShownDecisions<C, S, E, R>): string =>
  [
    'Requests:',
    ...shown.requests.map(
      ({ commitId, commands }, i) => `  ${requestLetter(i)}: ${commitId}: ${source(commands, 2)}`,
    ),
    'Steps:',
    ...shown.steps.map((step, i) => `  ${i + 1}. ${step}`),
    'Outcomes:',
    ...shown.runs.map((run, i) => `  ${requestLetter(i)}: ${source(runInBrief(run), 2)}`),
    'Log:',
    ...shown.log.map(
      ({ position, stream, commitId, event }) =>
        `  ${position} ${stream} ${commitId} ${source(event, 2)}, tags ${shown.decision.tags(event).join(' ')}`,
    ),
  ].join('\n')

const runInBrief = <S, E, R>({ result }: DecisionRun<S, E, R>): unknown => {
  if (result._tag === 'Right') {
    const { events, position } = result.right
    return { accepted: events.map(({ event }) => event), position }
  }
  const { left } = result
  return left.type === 'Rejected'
    ? { rejected: left.rejection, command: left.index, position: left.position }
    : { failed: left.type }
}
