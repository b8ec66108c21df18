/**
 * Plants faults in the queries and tags of a decision.
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Decision } from '../../Decision.ts'
import { structural } from '../../Diff.ts'
import { typeOfEvent } from '../../internal/decision.ts'
import { left, right } from '../../internal/either.ts'
import type { Query, QueryItem, Tag } from '../../Query.ts'
import { nothing, union } from '../../Query.ts'
import { kindOf } from '../internal/kind.ts'
import { callLimit, countCalls, mostCalls } from './limitCalls.ts'
import type { MutationProbe } from './mutate.ts'
import type { Mutation, MutationOf } from './mutation.ts'
import type { MutantResult, MutantsFailure, MutantsReport } from './report.ts'
import { mutantsReport, mutantVerdict, suiteFailure } from './report.ts'

type QueryMutation = MutationOf<'ForgetType' | 'ForgetTag' | 'AnyTag' | 'AnyThing'>

interface QueryMutantsOptions {
  readonly skip?: (mutation: Mutation) => boolean
  readonly timeLimit?: number
}

/**
 * As `mutants`, for the queries and the tags of a decision: a type that is not read, a tag that an event does
 * not carry, any tag instead of all, all things instead of one. The faults come from what the suite reads and
 * tags.
 *
 * The laws of `testing/laws` find what is read too little. To read too much is no fault in what is decided: it
 * makes needless conflicts, and a suite notices it if it says what a command reads.
 *
 * - `skip`: mutations to leave out
 * - `timeLimit`: after how many milliseconds a suite that hangs counts as failed. A suite that loops ends by itself,
 *   since a mutant throws when it is called far too often. Defaults to no limit
 *
 * @example
 *   import { fromProjections, type TaggedProjection } from 'decider-ts/Decision'
 *   import { tag } from 'decider-ts/Query'
 *   import { laws } from 'decider-ts/testing/laws'
 *   import { queryMutants, showMutants } from 'decider-ts/testing/mutants'
 *   import fc from 'fast-check'
 *   import { left, right, type Either } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   type Registered = { readonly type: 'Registered'; readonly name: string }
 *   const taken: TaggedProjection<boolean, Registered> = {
 *     tag: tag('name'),
 *     initialState: false,
 *     evolve: { Registered: () => true },
 *   }
 *   const names = fromProjections({
 *     projections: { taken },
 *     tags: ({ name }: Registered) => [tag('name')(name)],
 *     reads: ({ name }: { readonly type: 'Register'; readonly name: string }) => ({ taken: [name] }),
 *     decide: ({ name }, { taken }): Either<'Taken', ReadonlyArray<Registered>> =>
 *       taken(name) ? left('Taken') : right([{ type: 'Registered', name }]),
 *   })
 *   const command = fc.record({ type: fc.constant('Register' as const), name: fc.constantFrom('a', 'b') })
 *   const report = await queryMutants(names, (d) => { laws(d, { command, runs: 5 }) })()
 *   assert.ok(report._tag === 'Right')
 *   assert.deepStrictEqual(showMutants(report.right).split('\n').slice(0, 4), [
 *     '2 of 3 mutants killed (66 %)',
 *     '',
 *     'The suite is too weak. It passes although',
 *     '  Register reads the events of every name',
 *   ])
 *
 * @category running
 * @since 0.1.0
 */
export const queryMutants =
  <C, S, E, R>(
    decision: Decision<C, S, E, R>,
    suite: (decision: Decision<C, S, E, R>) => void | Promise<void>,
    { skip, timeLimit }: QueryMutantsOptions = {},
  ): TaskEither<MutantsFailure, MutantsReport> =>
  async () => {
    const found = new Map<string, QueryMutation>()
    let calls = 0
    for (const run of [1, 2] as const) {
      const tested = run === 1 ? countCalls(watchedReads(decision, found), () => calls++) : decision
      const failed = await suiteFailure(suite, tested, timeLimit)
      if (failed._tag === 'Some') return left({ type: 'SuiteFails', run, failure: failed.value })
    }
    const results: Array<MutantResult> = []
    for (const mutation of found.values()) {
      if (skip?.(mutation) === true) continue
      const probe: MutationProbe = { reached: false, changed: false }
      const mutant = mutated(decision, mutation, probe)
      const limited = countCalls(mutant, callLimit(mostCalls(calls)))
      const failure = await suiteFailure(suite, limited, timeLimit)
      results.push({ mutation, verdict: mutantVerdict(failure, probe), failure })
    }
    return right(mutantsReport(results, true))
  }

/** The kind of a tag: what stands before the first colon that is not escaped. */
const kindOfTag = (each: Tag): string => /^(?:\\.|[^\\:])*/.exec(each)?.[0] ?? ''

/** The decision, which adds the mutations of what is read and tagged to `found`. */
const watchedReads = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  found: Map<string, QueryMutation>,
): Decision<C, S, E, R> => {
  const add = (mutation: QueryMutation) => found.set(JSON.stringify(mutation), mutation)
  return withViews(
    decision,
    (command, query) => {
      const kind = kindOf(command)
      for (const { types = [], tags = [] } of query) {
        for (const event of types) add({ type: 'ForgetType', command: kind, event })
        for (const each of tags) {
          // `nothing` asks for the tag of no thing
          if (each !== '') add({ type: 'AnyThing', command: kind, kind: kindOfTag(each) })
        }
        if (tags.length > 1) add({ type: 'AnyTag', command: kind })
      }
      return query
    },
    (event, tags) => {
      const type = typeOfEvent(decision, event)
      for (const each of tags) add({ type: 'ForgetTag', event: type, kind: kindOfTag(each) })
      return tags
    },
  )
}

const mutated = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  mutation: QueryMutation,
  probe: MutationProbe,
): Decision<C, S, E, R> => {
  const note = <A>(own: A, other: A): A => {
    probe.reached = true
    probe.changed ||= !structural.equals(own, other)
    return other
  }
  return withViews(
    decision,
    (command, query) =>
      'command' in mutation && kindOf(command) === mutation.command
        ? note(query, union(query.flatMap((item) => otherItems(mutation, item))))
        : query,
    (event, tags) =>
      mutation.type === 'ForgetTag' && typeOfEvent(decision, event) === mutation.event
        ? note(
            tags,
            tags.filter((each) => kindOfTag(each) !== mutation.kind),
          )
        : tags,
  )
}

/** What becomes of one item of a query. */
const otherItems = (mutation: QueryMutation, item: QueryItem): ReadonlyArray<Query> => {
  const { types = [], tags = [] } = item
  switch (mutation.type) {
    case 'ForgetType': {
      const left = types.filter((type) => type !== mutation.event)
      return types.length > 0 && left.length === 0 ? [] : [[{ types: left, tags }]]
    }
    case 'AnyTag':
      return tags.length > 1 ? tags.map((each): Query => [{ types, tags: [each] }]) : [[item]]
    case 'AnyThing':
      return [[{ types, tags: tags.filter((each) => kindOfTag(each) !== mutation.kind) }]]
    case 'ForgetTag':
      return [[item]]
  }
}

/** The decision with other queries and tags. */
const withViews = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  query: (command: C, query: Query) => Query,
  tags: (event: E, tags: ReadonlyArray<Tag>) => ReadonlyArray<Tag>,
): Decision<C, S, E, R> => ({
  ...decision,
  reads: (command) => query(command, decision.reads(command)),
  readsMore: (command, state) => {
    const more = decision.readsMore?.(command, state) ?? nothing
    return more === nothing ? nothing : query(command, more)
  },
  tags: (event) => tags(event, decision.tags(event)),
})
