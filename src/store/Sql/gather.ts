/**
 * Calls that gather. An idle store makes a call at once; while calls are under way, others gather, and are made together
 * by the next one.
 *
 * Laws:
 *
 * 1. every call gets exactly one answer
 * 2. one that is given up before it is sent is not sent
 * 3. they are sent in the order in which they came
 * 4. if the database refuses several, each is sent alone, so that a bad one does not make the others fail
 * 5. at most a thousand are kept that were given up, or as many as wait
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import type { StoreUnavailable } from '../EventStore.ts'
import type { LoadProgress } from '../internal/engineModel.ts'
import { errorKindOf } from './failures.ts'

/** Asks the database for all of them at once; `isIdle` if nothing else is asked for. Answers each, in their order. */
export type AskTogether<Q, A> = (
  all: ReadonlyArray<Q>,
  isIdle: boolean,
) => Promise<Either<StoreUnavailable, ReadonlyArray<A>>>

export interface GatherLimits {
  /** The maximum number of calls of the database under way at the same time. */
  readonly calls: number
  /** The maximum number that is asked for by one of them. */
  readonly together: number
}

interface Gathered<Q, A> {
  readonly asked: Q
  readonly call: LoadProgress
  readonly answer: (given: Either<StoreUnavailable, A>) => void
}

/** Those that were given up are dropped when so many wait, and again when twice as many do. */
const leastToDrop = 1_000

export const gathering = <Q, A>(
  ask: AskTogether<Q, A>,
  limits: GatherLimits,
): ((asked: Q, call: LoadProgress) => Promise<Either<StoreUnavailable, A>>) => {
  let waiting: Array<Gathered<Q, A>> = []
  let calls = 0
  let enough = leastToDrop

  const dropGivenUp = (): void => {
    waiting = waiting.filter(({ call }) => !call.isGivenUp)
    enough = Math.max(leastToDrop, 2 * waiting.length)
  }

  const depart = (): void => {
    dropGivenUp()
    while (calls < limits.calls && waiting.length > 0) {
      const all = waiting.splice(0, limits.together)
      void send(all, calls === 0 && all.length === 1)
    }
  }

  const send = async (all: ReadonlyArray<Gathered<Q, A>>, isIdle: boolean): Promise<void> => {
    calls++
    await answerAll(ask, all, isIdle)
    calls--
    depart()
  }

  return (asked, call) =>
    new Promise((answer) => {
      // calls that are made without waiting in between are sent together
      if (waiting.length === 0) queueMicrotask(depart)
      waiting.push({ asked, call, answer })
      if (waiting.length > enough) dropGivenUp()
    })
}

const answerAll = async <Q, A>(
  ask: AskTogether<Q, A>,
  all: ReadonlyArray<Gathered<Q, A>>,
  isIdle: boolean,
): Promise<void> => {
  const given = await ask(
    all.map(({ asked }) => asked),
    isIdle,
  )
  if (given._tag === 'Left' && all.length > 1 && errorKindOf(given.left.cause) === 'Refused') {
    for (const each of all) await answerAll(ask, [each], false)
    return
  }
  all.forEach(({ answer }, i) => answer(given._tag === 'Left' ? given : right(given.right[i] as A)))
}
