/**
 * Checks the results of hooks. Types do not say which instants and names can be stored, and in plain
 * JavaScript they check nothing. An invalid result is a fault of the server, never of the client.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../../codec/Codec.ts'
import type { Metadata } from '../../Recorded.ts'
import { bounded } from '../../shell/internal/bounded.ts'
import { anInstant, isInstant, isName } from '../../store/Engine.ts'
import { aName } from '../../store/internal/names.ts'
import type { CallOptions, GivenUp } from '../../store/EventStore.ts'
import type { InvalidHookResult } from '../internal/invalidHookResult.ts'
import { isRecord } from '../../internal/isRecord.ts'
import type { FetchProblem } from './model.ts'
import type { RequestFailure } from './problem.ts'
import { left, right } from '../../internal/either.ts'

type HookValue<A> = Either<InvalidHookResult, A>

const invalidResult = (
  hook: InvalidHookResult['hook'],
  issue: Issue,
  ...more: ReadonlyArray<Issue>
): Either<InvalidHookResult, never> =>
  left({ type: 'InvalidHookResult', hook, issues: [issue, ...more] })

/** Runs a hook within the time limit of the request. */
export const askHook = <A>(
  hook: 'command' | 'metadata' | 'read',
  limits: CallOptions,
  run: () => A | Promise<A>,
): Promise<Either<GivenUp, A>> => bounded(hook, limits, async () => right(await run()))

/** Metadata that every store can store with an event. */
export const metadataFrom = (given: Metadata): HookValue<Metadata> => {
  const value: unknown = given
  if (!isRecord(value)) {
    return invalidResult('metadata', { path: [], expected: 'metadata', actual: value })
  }
  const issues: Array<Issue> = []
  const { occurredAt } = value
  if (occurredAt !== undefined && !isInstant(occurredAt)) {
    issues.push({ path: ['occurredAt'], expected: anInstant, actual: occurredAt })
  }
  for (const field of ['actor', 'correlationId', 'causationId']) {
    const name = value[field]
    if (name !== undefined && !isName(name)) {
      issues.push({ path: [field], expected: `${aName}, or undefined`, actual: name })
    }
  }
  const [first, ...more] = issues
  return first === undefined ? right(given) : invalidResult('metadata', first, ...more)
}

/** A commit id that every store can store. */
export const commitIdFrom = (given: string): HookValue<string> =>
  isName(given)
    ? right(given)
    : invalidResult('commitId', { path: [], expected: aName, actual: given })

/** What a hook accepts, or its refusal. An invalid result accepts nothing. */
export const allowedBy = <A>(
  hook: 'command' | 'read',
  answer: Either<FetchProblem, A>,
): Either<InvalidHookResult | RequestFailure, A> => {
  const value: unknown = answer
  const tag = isRecord(value) ? value['_tag'] : undefined
  if (tag !== 'Left' && tag !== 'Right') {
    return invalidResult(hook, {
      path: [],
      expected: 'a Left with a problem, or a Right',
      actual: value,
    })
  }
  if (answer._tag === 'Right') return answer
  const problem: unknown = answer.left
  const issue = isRecord(problem)
    ? problemIssue(problem)
    : { path: [], expected: 'a problem', actual: problem }
  if (issue !== undefined) return invalidResult(hook, { ...issue, path: ['left', ...issue.path] })
  return left({ type: 'Refused', problem: answer.left })
}

const problemIssue = ({
  status,
  headers,
}: Readonly<Record<string, unknown>>): Issue | undefined => {
  if (!(Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599)) {
    return { path: ['status'], expected: 'an integer from 400 to 599', actual: status }
  }
  try {
    // only the host knows which headers are valid
    new Headers(headers as Readonly<Record<string, string>> | undefined)
    return undefined
  } catch {
    return { path: ['headers'], expected: 'valid HTTP headers', actual: headers }
  }
}
