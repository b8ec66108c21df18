/**
 * Watches a decider at work, and finds the mutations that would make a difference to what was seen.

 */
import type { Decider } from '../../Decider.ts'
import type { Path } from '../../internal/diff.ts'
import { structural } from '../../Diff.ts'
import { kindOf } from '../internal/kind.ts'
import { call } from '../internal/walkTrace.ts'
import type { Mutation } from './mutation.ts'
import { showMutation } from './mutation.ts'
import { at, changedFields, numberPaths } from '../internal/path.ts'

/** An accepted command that emitted something, with the state that it met. */
export interface Donor<out C, out S, out E> {
  readonly command: C
  readonly state: S
  readonly events: ReadonlyArray<E>
}

/** Values that the decider itself returned, from which mutants are made. */
export interface MutantMaterial<C, S, E, R> {
  /** By the kind of the command. */
  readonly donors: ReadonlyMap<string, ReadonlyArray<Donor<C, S, E>>>
  /** By the kind of the rejection. */
  readonly rejections: ReadonlyMap<string, R>
}

/** Kinds of commands and events, and rejections, that exist even if nobody sees them. */
export interface KnownKinds<out R> {
  readonly commands: ReadonlyArray<string>
  readonly events: ReadonlyArray<string>
  readonly rejections: ReadonlyArray<R>
}

/** A decider that is watched, and what was seen of it. */
export interface Witness<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly material: MutantMaterial<C, S, E, R>
  /** The commands that it was asked, a few of each kind. */
  readonly commands: () => ReadonlyArray<C>
  /** How often it was called, and how often to decide. */
  readonly calls: () => { readonly all: number; readonly decide: number }
  readonly mutations: () => ReadonlyArray<Mutation>
}

interface SeenOfDecider<C, S, E, R> {
  /** By the kind of the command, the first of those that were asked. */
  readonly asked: Map<string, Array<C>>
  readonly donors: Map<string, Array<Donor<C, S, E>>>
  readonly rejections: Map<string, R>
  /** By the kind of a command, the kinds of its rejections and the event lists of its acceptances. */
  readonly rejected: Map<string, Set<string>>
  readonly accepted: Map<string, Map<string, ReadonlyArray<string>>>
  readonly found: Map<string, Mutation>
  /** What `isTerminal` returns for the states that were met, even if it was not called. */
  readonly ends: Set<boolean>
  /** By the kind of an event and the path of an object, the fields that appear or disappear in it. */
  readonly passing: Map<string, Set<string>>
}

/** How many different commands of a kind are kept, and of how many kinds. */
const maxAsked = 8
const maxKinds = 100

/** How many accepted commands of a kind are kept. */
const maxDonors = 8

/** How many fields may come and go in one object: if there are more, they are keys of a record. */
const maxPassing = 8

/** Watches a decider. */
export const witness = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  known: KnownKinds<R>,
): Witness<C, S, E, R> => {
  const { rejections } = known
  const seen: SeenOfDecider<C, S, E, R> = {
    asked: new Map(),
    donors: new Map(),
    rejections: new Map(rejections.map((rejection) => [kindOf(rejection), rejection])),
    rejected: new Map(),
    accepted: new Map(),
    found: new Map(),
    ends: new Set(),
    passing: new Map(),
  }
  const calls = { all: 0, decide: 0 }
  return {
    decider: watchedBy(seen, calls, decider),
    material: seen,
    commands: () => [...seen.asked.values()].flat(),
    calls: () => ({ ...calls }),
    mutations: () => {
      // without terminal states there is no rule about them
      if (seen.ends.has(true))
        for (const terminal of seen.ends) addMutation(seen, { type: 'FlipTerminal', terminal })
      const found = [...seen.found.values(), ...rejectionMutations(seen)]
      return sortedMutations([...found, ...unseenOf(seen, known, found)])
    },
  }
}

const watchedBy = <C, S, E, R>(
  seen: SeenOfDecider<C, S, E, R>,
  calls: { all: number; decide: number },
  decider: Decider<C, S, E, R>,
): Decider<C, S, E, R> => {
  const endsAt = (state: S): void => {
    const ended = call(() => decider.isTerminal(state))
    if (ended._tag === 'Returned') seen.ends.add(ended.value)
  }
  return {
    initialState: decider.initialState,
    decide: (command, state) => {
      calls.all++
      calls.decide++
      sawCommand(seen, command)
      endsAt(state)
      const decision = decider.decide(command, state)
      if (decision._tag === 'Left') sawRejection(seen, kindOf(command), decision.left)
      else sawEvents(seen, kindOf(command), { command, state, events: decision.right })
      return decision
    },
    evolve: (state, event) => {
      calls.all++
      const next = decider.evolve(state, event)
      sawChange(seen, state, kindOf(event), next)
      endsAt(next)
      return next
    },
    isTerminal: (state) => {
      calls.all++
      const terminal = decider.isTerminal(state)
      addMutation(seen, { type: 'FlipTerminal', terminal })
      return terminal
    },
  }
}

const addMutation = (
  { found }: Pick<SeenOfDecider<never, never, never, never>, 'found'>,
  mutation: Mutation,
) => {
  found.set(JSON.stringify(mutation), mutation)
}

const sawCommand = <C>({ asked }: { readonly asked: Map<string, Array<C>> }, command: C): void => {
  const kind = kindOf(command)
  const kept = asked.get(kind) ?? []
  if (kept.length === maxAsked || (kept.length === 0 && asked.size === maxKinds)) return
  if (kept.some((one) => structural.equals(one, command))) return
  asked.set(kind, [...kept, command])
}

const sawRejection = <C, S, E, R>(
  seen: SeenOfDecider<C, S, E, R>,
  command: string,
  value: R,
): void => {
  const rejection = kindOf(value)
  const rejected = seen.rejected.get(command) ?? new Set()
  seen.rejected.set(command, rejected.add(rejection))
  if (!seen.rejections.has(rejection)) seen.rejections.set(rejection, value)
}

const sawEvents = <C, S, E, R>(
  seen: SeenOfDecider<C, S, E, R>,
  command: string,
  donor: Donor<C, S, E>,
): void => {
  const events = donor.events.map(kindOf)
  const accepted = seen.accepted.get(command) ?? new Map<string, ReadonlyArray<string>>()
  const isNew = !accepted.has(JSON.stringify(events))
  seen.accepted.set(command, accepted.set(JSON.stringify(events), events))
  if (events.length > 0) keepDonor(seen.donors, command, donor, isNew)
  donor.events.forEach((value, i) => {
    // as many kinds as events
    const event = events[i] as string
    addMutation(seen, { type: 'DropEvent', command, event })
    addMutation(seen, { type: 'IgnoreEvent', event })
    addMutation(seen, { type: 'DuplicateEvent', command, event })
    const next = events[i + 1]
    if (next !== undefined && !structural.equals(value, donor.events[i + 1])) {
      addMutation(seen, { type: 'SwapEvents', command, first: event, second: next })
    }
    for (const path of numberPaths(value)) {
      addMutation(seen, { type: 'ChangeNumber', command, event, path, by: 1 })
      addMutation(seen, { type: 'ChangeNumber', command, event, path, by: -1 })
    }
  })
}

/** Keeps the first donors; a new list of events replaces the last one kept. */
const keepDonor = <C, S, E>(
  donors: Map<string, Array<Donor<C, S, E>>>,
  command: string,
  donor: Donor<C, S, E>,
  isNew: boolean,
): void => {
  const kept = donors.get(command) ?? []
  donors.set(command, kept)
  if (kept.length < maxDonors) kept.push(donor)
  else if (isNew) kept[maxDonors - 1] = donor
}

const sawChange = <C, S, E, R>(
  seen: SeenOfDecider<C, S, E, R>,
  before: S,
  event: string,
  after: S,
): void => {
  if (structural.equals(before, after)) return
  addMutation(seen, { type: 'IgnoreEvent', event })
  for (const path of changedFields(before, after)) {
    const stays = at(before, path).length === 1 && at(after, path).length === 1
    if (stays || isOfFew(seen, event, path)) addMutation(seen, { type: 'ForgetField', event, path })
  }
}

const isOfFew = <C, S, E, R>(
  { passing }: SeenOfDecider<C, S, E, R>,
  event: string,
  path: Path,
): boolean => {
  const [place, field] = [JSON.stringify([event, path.slice(0, -1)]), String(path.at(-1))]
  const fields = passing.get(place) ?? new Set()
  if (fields.size === maxPassing) return fields.has(field)
  passing.set(place, fields.add(field))
  return true
}

/** Mutations of rejections, which depend on everything that was seen. */
const rejectionMutations = <C, S, E, R>(
  seen: SeenOfDecider<C, S, E, R>,
): ReadonlyArray<Mutation> => {
  const every = [...seen.rejections.keys()]
  const commands = [...new Set([...seen.rejected.keys(), ...seen.accepted.keys()])]
  return commands.flatMap((command) => {
    const own = [...(seen.rejected.get(command) ?? [])]
    const known = [...own, ...every]
    const rejections = own.flatMap((rejection): ReadonlyArray<Mutation> => {
      const instead = known.find((other) => other !== rejection)
      return [
        { type: 'SwallowRejection', command, rejection },
        ...(seen.donors.has(command) ? [{ type: 'SkipRule', command, rejection } as const] : []),
        ...(instead === undefined
          ? []
          : [{ type: 'OtherRejection', command, rejection, instead } as const]),
      ]
    })
    const acceptances = [...(seen.accepted.get(command) ?? new Map<string, never>()).values()]
    const [rejection] = known
    return rejection === undefined
      ? rejections
      : [
          ...rejections,
          ...acceptances.map((events): Mutation => ({
            type: 'RejectAccepted',
            command,
            events,
            rejection,
          })),
        ]
  })
}

/** One mutation for each known kind about which nothing else was found. */
const unseenOf = <C, S, E, R>(
  { asked, rejected }: SeenOfDecider<C, S, E, R>,
  { commands, events, rejections }: KnownKinds<R>,
  found: ReadonlyArray<Mutation>,
): ReadonlyArray<Mutation> => {
  const aboutCommands = found.flatMap((each) => ('command' in each ? [each.command] : []))
  const aboutEvents = found.flatMap((each) => ('event' in each ? [each.event] : []))
  const seenRejections = [...rejected.values()].flatMap((kinds) => [...kinds])
  return [
    ...uncoveredKinds([...asked.keys(), ...commands], aboutCommands).map((command): Mutation => ({
      type: 'IgnoreCommand',
      command,
    })),
    ...uncoveredKinds(events, aboutEvents).map((event): Mutation => ({
      type: 'IgnoreEvent',
      event,
    })),
    ...uncoveredKinds(rejections.map(kindOf), seenRejections).map((rejection): Mutation => ({
      type: 'IgnoreRejection',
      rejection,
    })),
  ]
}

/** The kinds that are not among the others: `Failed` is covered by `Failed.'NoFunds'`. */
const uncoveredKinds = (
  kinds: ReadonlyArray<string>,
  others: ReadonlyArray<string>,
): ReadonlyArray<string> =>
  [...new Set(kinds)].filter(
    (kind) => !others.some((other) => other === kind || other.startsWith(`${kind}.`)),
  )

const sortedMutations = (mutations: ReadonlyArray<Mutation>): ReadonlyArray<Mutation> =>
  mutations
    .map((mutation) => [showMutation(mutation), mutation] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, mutation]) => mutation)
