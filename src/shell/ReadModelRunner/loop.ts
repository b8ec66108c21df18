/**
 * Looks at the store again and again, soon while something happens, and less and less often while nothing
 * does.
 *
 * @since 0.1.0
 */
import type { ReadModelLoopOptions, ReadModelProblem } from './model.ts'
import { pause } from './waiting.ts'

/** What a loop looks at. */
export interface LoopSubject {
  /** Starts whatever can go on. */
  readonly look: (goOn: () => boolean) => Promise<unknown>
  readonly head: () => number
  readonly problems: () => ReadonlyMap<string, ReadModelProblem>
}

const shortestPause = 20

export const loopOn = async (
  { look, head, problems }: LoopSubject,
  { signal, appended, pollEvery = 1_000, onProblem }: ReadModelLoopOptions,
): Promise<void> => {
  const known = new Map<string, ReadModelProblem['type']>()
  let wait = shortestPause
  let seen = -1
  while (!signal.aborted) {
    // asked for before looking: what is appended after that is noticed, and what came before is seen
    const hint = appended?.()
    await look(() => !signal.aborted)
    const isHinted = await pause(wait, signal, hint)
    wait = isHinted || head() !== seen ? shortestPause : Math.min(wait * 2, pollEvery)
    seen = head()
    tellNew(known, problems(), onProblem)
  }
}

/** A problem that lasts is told once. */
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
