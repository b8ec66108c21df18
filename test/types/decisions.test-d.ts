// What a decision and a query must be, and what does not compile. Behind each error stands the line of the message
// that says what is wrong.
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { expectTypeOf, it } from 'vitest'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import type { Decider } from '../../src/Decider.ts'
import type { Decision, TaggedProjection } from '../../src/Decision.ts'
import { fromProjections, many, read } from '../../src/Decision.ts'
import { toDecisionFetchHandler } from '../../src/embed/Fetch.ts'
import type { Query, Tag } from '../../src/Query.ts'
import { everything, matches, nothing, tag, union } from '../../src/Query.ts'
import type { DecisionFailure } from '../../src/shell/DecisionHandler.ts'
import { decisionHandler } from '../../src/shell/DecisionHandler.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { decisionRaces } from '../../src/testing/races.ts'

type Register = { readonly type: 'Register'; readonly name: string }
type Registered = { readonly type: 'Registered'; readonly name: string }
type Renamed = { readonly type: 'Renamed'; readonly name: string }

const name = tag('name')
const taken: TaggedProjection<boolean, Registered | Renamed> = {
  tag: name,
  initialState: false,
  evolve: { Registered: () => true },
}
const decide = (): Either<'Taken', ReadonlyArray<Registered>> => left('Taken')
const parts = {
  projections: { taken },
  tags: (event: Registered | Renamed) => [name(event.name)],
  reads: (command: Register) => ({ taken: [command.name] }),
}
declare const names: Decision<Register, ReadonlySet<string>, Registered, 'Taken'>
declare const unread: Omit<typeof names, 'reads'>
declare const untagged: Omit<typeof names, 'tags'>
declare const events: EventCodec<Registered>
declare const registered: EventStore<Registered>

it('tags are made by `tag` alone', () => {
  expectTypeOf(name('ada')).toEqualTypeOf<Tag>()
  expectTypeOf(name('ada')).toExtend<string>()
  // @ts-expect-error Type 'string' is not assignable to type 'Tag'.
  const byHand: Tag = 'name:ada'
  // @ts-expect-error Type 'string' is not assignable to type 'Tag'.
  const query: Query = [{ tags: ['name:ada'] }]
  // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'.
  name(7)
  return [byHand, query]
})

it('a query has at least one item', () => {
  expectTypeOf(union([everything, nothing])).toEqualTypeOf<Query>()
  expectTypeOf(matches(everything)).toEqualTypeOf<(type: string, tags: ReadonlyArray<Tag>) => boolean>() // prettier-ignore
  // @ts-expect-error Property '0' is missing in type '[]'
  const none: Query = []
  // @ts-expect-error 'type' does not exist in type 'QueryItem'. Did you mean to write 'types'?
  const misspelt: Query = [{ type: ['Registered'] }]
  // @ts-expect-error Type 'string' is not assignable to type 'readonly string[]'.
  const single: Query = [{ types: 'Registered' }]
  return [none, misspelt, single]
})

it('a decision is a decider that reads and tags', () => {
  expectTypeOf(names).toExtend<Decider<Register, ReadonlySet<string>, Registered, 'Taken'>>()
  expectTypeOf(read(names)).parameter(0).toEqualTypeOf<Register>()
  // @ts-expect-error Property 'reads' is missing in type
  const withoutReads: typeof names = unread
  // @ts-expect-error Property 'tags' is missing in type
  const withoutTags: typeof names = untagged
  // @ts-expect-error Type 'string' is not assignable to type 'Tag'.
  const byHand: typeof names = { ...names, tags: (event) => [`name:${event.name}`] }
  return [withoutReads, withoutTags, byHand]
})

it('projections are looked up by the names that they were given', () => {
  const made = fromProjections({
    ...parts,
    decide: (command, state): Either<'Taken', ReadonlyArray<Registered>> => {
      expectTypeOf(command).toEqualTypeOf<Register>()
      expectTypeOf(state.taken).parameter(0).toEqualTypeOf<string>()
      expectTypeOf(state.taken('ada')).toEqualTypeOf<boolean>()
      // @ts-expect-error Property 'owner' does not exist on type
      state.owner('ada')
      return state.taken(command.name) ? left('Taken') : right([{ ...command, type: 'Registered' }])
    },
  })
  expectTypeOf(read(made)).parameter(0).toEqualTypeOf<Register>()
  // @ts-expect-error Type '{ owner: string[]; }' has no properties in common with type
  fromProjections({ ...parts, reads: () => ({ owner: ['ada'] }), decide })
  // @ts-expect-error Type 'string' is not assignable to type 'readonly string[]'.
  fromProjections({ ...parts, reads: ({ name: own }: Register) => ({ taken: own }), decide })
  const misspelt: TaggedProjection<boolean, Registered> = {
    tag: name,
    initialState: false,
    // @ts-expect-error 'Registred' does not exist in type … Did you mean to write 'Registered'?
    evolve: { Registred: () => true },
  }
  return misspelt
})

it('a handler of decisions names the stream of a command, and no version', () => {
  const handle = decisionHandler({
    decision: names,
    store: memoryStore(),
    events,
    stream: (command) => {
      expectTypeOf(command).toEqualTypeOf<Register>()
      return command.name
    },
  })
  expectTypeOf(handle).parameter(0).toHaveProperty('commitId')
  const commands = [{ type: 'Register', name: 'ada' }] as const
  void handle({ commitId: 'c1', commands })
  // @ts-expect-error Property 'commitId' is missing in type
  void handle({ commands })
  // @ts-expect-error Property '0' is missing in type '[]'
  void handle({ commitId: 'c1', commands: [] })
  // @ts-expect-error 'expected' does not exist in type 'DecisionRequest<Register>'.
  void handle({ commitId: 'c1', commands, expected: { type: 'NoStream' } })
  // @ts-expect-error Property 'stream' is missing in type
  decisionHandler({ decision: names, store: memoryStore(), events })
  // @ts-expect-error Type 'Loaded<EncodedEvent>' is not assignable to type 'Loaded<Registered>': a codec is missing
  decisionHandler({ decision: names, store: memoryStore(), stream: () => 's' })
  type Failed = Extract<DecisionFailure<'Taken'>, { readonly type: 'Rejected' }>
  expectTypeOf<Failed['rejection']>().toEqualTypeOf<'Taken'>()
  expectTypeOf<Failed>().not.toHaveProperty('version')
})

it('races and HTTP take decisions, and a decider becomes one by `many`', () => {
  const options = { stream: () => 's', store: () => registered }
  // @ts-expect-error Property 'decision' is missing in type
  void decisionRaces({ ...options, requests: [] })
  // @ts-expect-error Property 'commands' is missing in type
  toDecisionFetchHandler({ decision: names, stream: () => 's', store: memoryStore(), events })
  const decider: Decider<Register, boolean, Registered, 'Taken'> = names as never
  expectTypeOf(many(name)(decider).decide).parameter(0).toEqualTypeOf<{
    readonly key: string
    readonly command: Register
  }>()
})
