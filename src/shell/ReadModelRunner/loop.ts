/**
 * Polls the store: soon again while there is work, and less and less often while there is none.
 *
 * @since 0.1.0
 */
import type { ReadModelLoopOptions, ReadModelProblem } from './model.ts'
import { pauseUntilHint } from './waiting.ts'

/** What a loop does each time. */
export interface LoopSubject {
  /** Starts the work that is possible. */
  readonly look: (goOn: () => boolean) => Promise<unknown>
  readonly head: () => number
  readonly problems: () => ReadonlyMap<string, ReadModelProblem>
}

const shortestPollPause = 20

export const loopOn = async (
  { look, head, problems }: LoopSubject,
  { signal, appended, pollEvery = 1_000, onProblem }: ReadModelLoopOptions,
): Promise<void> => {
  const known = new Map<string, ReadModelProblem['type']>()
  let wait = shortestPollPause
  let seen = -1
  while (!signal.aborted) {
    // subscribes before it looks, so that no append is missed
    const hint = appended?.()
    await look(() => !signal.aborted)
    const isHinted = await pauseUntilHint(wait, signal, hint)
    wait = isHinted || head() !== seen ? shortestPollPause : Math.min(wait * 2, pollEvery)
    seen = head()
    tellNew(known, problems(), onProblem)
  }
}

/** Reports the problems that were not there before. */
const tellNew = (
  known: Map<string, ReadModelProblem['type']>,
  now: ReadonlyMap<string, ReadModelProblem>,
  onProblem: ReadModelLoopOptions['onProblem'],
): void => {
  for (const [name, problem] of now) {
    if (known.get(name) !== problem.type) onProblem?.(name, problem)
    known.set(name, problem.type)
  }
  for (const name of known.keys()) if (!now.has(name)) known.delete(name)
}
