/**
 * Folds the log to check decisions and read models: laws 7 and 12.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../../Decider.ts'
import { structural } from '../../Diff.ts'
import type { Projection } from '../../Projection.ts'
import type { Recorded } from '../../Recorded.ts'
import { right } from '../../internal/either.ts'
import type { LogIndex, StoredRun } from './logIndex.ts'
import { lengthAt, positionAt, seenRun, withWholeCommit } from './logIndex.ts'
import type { CallSpan } from './model.ts'
import type { LogMoment } from './moments.ts'
import { byClient, regresses } from './moments.ts'
import type { FoundViolations } from './violations.ts'

/**
 * Compares each commit with the decision of a decider on the events before it. Make it with `decidedBy`.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryDecider<E> {
  /** Takes the commits of the log one after the other. Returns the decision if it differs from the commit. */
  readonly start: () => (
    stream: string,
    commitId: string,
    events: ReadonlyArray<E>,
  ) => Omit<DecisionDiffers, 'stored'> | undefined
}

interface DecisionDiffers {
  readonly commands: ReadonlyArray<unknown>
  readonly decided: Either<unknown, ReadonlyArray<unknown>>
}

/**
 * Checks commits with the decider that made them. `commandsOf` returns the commands of a commit, given its
 * id; if it returns `undefined`, the events of the commit are only folded. Of a commit to several streams,
 * the events in its own stream are checked.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { checkHistory, decidedBy } from 'decider-ts/testing/history'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const checked = checkHistory({
 *     records: [],
 *     log: [],
 *     decider: decidedBy(orderDecider(), () => undefined),
 *   })
 *   assert.ok(isRight(checked))
 *
 * @category checking
 * @since 0.1.0
 */
export const decidedBy = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  commandsOf: (commitId: string) => ReadonlyArray<C> | undefined,
): HistoryDecider<E> => ({
  start: () => {
    const states = new Map<string, S>()
    return (stream, commitId, events) => {
      const before = states.get(stream) ?? decider.initialState
      let after = before
      for (const event of events) after = decider.evolve(after, event)
      states.set(stream, after)
      const commands = commandsOf(commitId)
      if (commands === undefined) return undefined
      const decided = eventsOfCommands(decider, before, commands)
      const isSame = decided._tag === 'Right' && structural.equals(decided.right, events)
      return isSame ? undefined : { commands, decided }
    }
  },
})

const eventsOfCommands = <C, S, E, R>(
  { decide, evolve }: Decider<C, S, E, R>,
  initial: S,
  commands: ReadonlyArray<C>,
): Either<R, ReadonlyArray<E>> => {
  const all: Array<E> = []
  let state = initial
  for (const command of commands) {
    const decided = decide(command, state)
    if (decided._tag === 'Left') return decided
    for (const event of decided.right) {
      state = evolve(state, event)
      all.push(event)
    }
  }
  return right(all)
}

/** Law 7. */
export const checkDecisions = <E>(
  index: LogIndex<E>,
  decider: HistoryDecider<E>,
  found: FoundViolations,
): void => {
  const judge = decider.start()
  for (const run of index.runs) {
    for (const [stream, stored] of eventsByStream(index, run)) {
      const differs = judge(stream, run.commitId, stored)
      if (differs === undefined || stream !== index.log[run.start]?.stream) continue
      const events = seenRun(index, run)
      found.add({ type: 'DecidedOtherwise', stream, events, ...differs, stored })
    }
  }
}

const eventsByStream = <E>(
  { log }: LogIndex<E>,
  { start, end }: StoredRun,
): ReadonlyMap<string, ReadonlyArray<E>> => {
  const streams = new Map<string, Array<E>>()
  for (const { stream, event } of log.slice(start, end)) {
    const events = streams.get(stream)
    if (events === undefined) streams.set(stream, [event])
    else events.push(event)
  }
  return streams
}

/**
 * A read model whose recorded states are compared with the fold of the log. Make it with `foldedBy`.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryReadModel<E> {
  readonly name: string
  readonly start: () => {
    readonly add: (event: Recorded<E>) => void
    /** Returns the view of the state that is recorded. */
    readonly view: () => unknown
  }
}

/**
 * The read model that is recorded under a name, as a projection. `view` returns what is recorded of a state,
 * for example the rows of a table; by default the whole state.
 *
 * @example
 *   import { Orders } from 'decider-ts/order'
 *   import { checkHistory, foldedBy } from 'decider-ts/testing/history'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const readModels = [foldedBy('orders', Orders)]
 *   assert.ok(isRight(checkHistory({ records: [], log: [], readModels })))
 *
 * @category checking
 * @since 0.1.0
 */
export const foldedBy = <S, E>(
  name: string,
  projection: Projection<S, Recorded<E>>,
  view: (state: S) => unknown = (state) => state,
): HistoryReadModel<E> => ({
  name,
  start: () => {
    let state = projection.initialState
    return {
      add: (event) => {
        state = projection.evolve(state, event)
      },
      view: () => view(state),
    }
  },
})

/** A state of a read model that a client saw. */
export interface SeenState {
  readonly span: CallSpan
  readonly position: number
  readonly state: unknown
}

/** Law 12 for one read model; for each client apart, where they share no clock. Returns what its states say about the length of the log. */
export const checkSeenStates = <E>(
  index: LogIndex<E>,
  name: string,
  readModel: HistoryReadModel<E> | undefined,
  states: ReadonlyArray<SeenState>,
  sharedClock: boolean,
  found: FoundViolations,
): ReadonlyArray<LogMoment> => {
  const checkpoints = states.map(({ span, position }) => ({
    span,
    least: position,
    most: position,
  }))
  const comparable = sharedClock ? [checkpoints] : byClient(checkpoints)
  for (const { earlier, later } of comparable.flatMap(regresses)) {
    const [seen, reached] = [earlier.least, later.most]
    found.add({ type: 'CheckpointWentBack', name, earlier: earlier.span, seen, later: later.span, reached }) // prettier-ignore
  }
  const fold = readModel?.start()
  let folded = 0
  for (const { span, position, state } of [...states].sort((a, b) => a.position - b.position)) {
    for (; fold !== undefined && folded < lengthAt(index, position); folded++) {
      fold.add(index.log[folded] as Recorded<E>) // below the length of the log
    }
    const view = fold === undefined ? state : fold.view()
    if (structural.equals(view, state) && positionAt(index, lengthAt(index, position)) === position)
      continue
    found.add({ type: 'StateBroken', read: span, name, position, state, folded: view })
  }
  return states.map(({ span, position }) => {
    const least = withWholeCommit(index, lengthAt(index, position))
    return { span, least, most: index.log.length }
  })
}
