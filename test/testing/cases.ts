// A walk as a law looks at it, with nothing declared but what is said.
import type { Decider } from '../../src/Decider.ts'
import type { LawCase, FoundViolation } from '../../src/testing/laws/model.ts'
import { traceOf } from '../../src/testing/internal/walkTrace.ts'
import { alike } from '../../src/testing/internal/alike.ts'

export const caseOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  commands: ReadonlyArray<C>,
  more: Partial<LawCase<C, S, E, R>> = {},
): LawCase<C, S, E, R> => ({
  decider,
  eq: alike,
  invariants: [],
  decisions: [],
  changes: [],
  idempotent: undefined,
  noEffect: () => false,
  applies: undefined,
  applicable: more.applies,
  codec: undefined,
  mayRead: [],
  old: [],
  earlier: [],
  trace: more.trace ?? traceOf(decider, commands),
  commands,
  other: traceOf(decider, []),
  strays: [],
  thorough: false,
  count: () => {},
  ...more,
})

/** What a law finds, and how often it was put to the test until then. */
export const look = <C, S, E, R>(
  find: (of: LawCase<C, S, E, R>) => FoundViolation<C, S, E, R>,
  of: LawCase<C, S, E, R>,
): { readonly found: FoundViolation<C, S, E, R>; readonly times: number } => {
  let times = 0
  const count = (n: number): void => {
    times += n
  }
  return { found: find({ ...of, count }), times }
}
