/**
 * A decider with a mutation in it.

 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../../Decider.ts'
import { structural } from '../../Diff.ts'
import { kindOf, pathWithin } from '../internal/kind.ts'
import type { Mutation, MutationOf } from './mutation.ts'
import { at, changedAt, offByOne, withOld } from '../internal/path.ts'
import type { Donor, MutantMaterial } from './candidates.ts'
import { right } from '../../internal/either.ts'

/** Whether a mutation was reached, and whether it ever made a difference. */
export interface MutationProbe {
  reached: boolean
  changed: boolean
}

/**
 * The mutant, which differs from the decider only in what the mutation says. The probe records whether it
 * ever did.
 */
export const mutate = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  mutation: Mutation,
  material: MutantMaterial<C, S, E, R>,
  probe: MutationProbe,
): Decider<C, S, E, R> => {
  const note = <A>(answer: A, own: A): A => {
    probe.reached = true
    probe.changed ||= !structural.equals(answer, own)
    return own
  }
  return {
    initialState: decider.initialState,
    decide: (command, state) => {
      const decision = decider.decide(command, state)
      const own = otherDecision(decider, mutation, material, command, decision)
      return own === undefined ? decision : note(decision, own)
    },
    evolve: (state, event) => {
      const next = decider.evolve(state, event)
      return isAbout(mutation, event) ? note(next, otherState(mutation, state, next)) : next
    },
    isTerminal: (state) => {
      const terminal = decider.isTerminal(state)
      const flips = mutation.type === 'FlipTerminal' && mutation.terminal === terminal
      return flips ? note(terminal, !terminal) : terminal
    },
  }
}

/** What the mutant decides; `undefined` if the mutation does not concern this. */
const otherDecision = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  mutation: Mutation,
  material: MutantMaterial<C, S, E, R>,
  command: C,
  decision: Either<R, ReadonlyArray<E>>,
): Either<R, ReadonlyArray<E>> | undefined => {
  if (mutation.type === 'IgnoreRejection') {
    const isMeant = decision._tag === 'Left' && kindOf(decision.left) === mutation.rejection
    return isMeant ? right([]) : undefined
  }
  if (!('command' in mutation) || mutation.command !== kindOf(command)) return undefined
  if (mutation.type === 'IgnoreCommand') return right([])
  if (decision._tag === 'Right') {
    if (mutation.type === 'RejectAccepted') {
      const isMeant = structural.equals(decision.right.map(kindOf), mutation.events)
      return isMeant ? rejectedWith(material, mutation.rejection) : undefined
    }
    const events = otherEvents(mutation, decision.right)
    return events === undefined ? undefined : right(events)
  }
  if (!('rejection' in mutation) || mutation.rejection !== kindOf(decision.left)) return undefined
  switch (mutation.type) {
    case 'SwallowRejection':
      return right([])
    case 'SkipRule':
      return right(emittedElsewhere(decider, command, material.donors.get(mutation.command) ?? []))
    case 'OtherRejection':
      return rejectedWith(material, mutation.instead)
    case 'RejectAccepted':
      return undefined
  }
}

const rejectedWith = <C, S, E, R>(
  { rejections }: MutantMaterial<C, S, E, R>,
  kind: string,
): Either<R, never> => ({
  _tag: 'Left',
  // mutations name only kinds that the material has
  left: rejections.get(kind) as R,
})

const otherEvents = <E>(
  mutation: Mutation,
  events: ReadonlyArray<E>,
): ReadonlyArray<E> | undefined => {
  if (mutation.type === 'SwapEvents') {
    const i = events.findIndex(
      (event, at) => kindOf(event) === mutation.first && kindOf(events[at + 1]) === mutation.second,
    )
    // there is an event at i + 1
    return i === -1 ? undefined : replaced(events, i, 2, [events[i + 1] as E, events[i] as E])
  }
  if (!('event' in mutation)) return undefined
  const i = events.findIndex((event) => kindOf(event) === mutation.event)
  if (i === -1) return undefined
  const event = events[i] as E // i is its place
  switch (mutation.type) {
    case 'DropEvent':
      return replaced(events, i, 1, [])
    case 'DuplicateEvent':
      return replaced(events, i, 1, [event, event])
    case 'ChangeNumber': {
      const off = changedAt(event, mutation.path, (number) => offByOne(number, mutation.by))
      // the same event but for a number that is another number
      return replaced(events, i, 1, [off as E])
    }
    default:
      return undefined
  }
}

const replaced = <A>(
  list: ReadonlyArray<A>,
  start: number,
  count: number,
  others: ReadonlyArray<A>,
): ReadonlyArray<A> => [...list.slice(0, start), ...others, ...list.slice(start + count)]

/**
 * What the command would emit without the rule: what it emits in a state in which a command of its kind was
 * accepted. If it is rejected there too, the events of that command, with fields of this command in place
 * of that one's.
 */
const emittedElsewhere = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  command: C,
  donors: ReadonlyArray<Donor<C, S, E>>,
): ReadonlyArray<E> => {
  for (const { state } of donors) {
    const decision = decider.decide(command, state)
    if (decision._tag === 'Right' && decision.right.length > 0) return decision.right
  }
  const [donor] = donors
  return donor === undefined
    ? []
    : donor.events.map((event) => readdressed(event, donor.command, command))
}

const readdressed = <C, E>(event: E, before: C, after: C): E => {
  const [place, within] = [pathWithin(event), pathWithin(before)]
  const [old] = at(before, within)
  const [own] = at(after, within)
  let result: unknown = event
  for (const [field, value] of Object.entries(old ?? {})) {
    const instead = at(own, [field])
    result = changedAt(result, [...place, field], (had) =>
      instead.length === 1 && structural.equals(had, value) ? instead[0] : had,
    )
  }
  return result as E // each field has a value that a command of the same kind had for it
}

type StateMutation = MutationOf<'IgnoreEvent' | 'ForgetField'>

const isAbout = (mutation: Mutation, event: unknown): mutation is StateMutation =>
  (mutation.type === 'IgnoreEvent' || mutation.type === 'ForgetField') &&
  mutation.event === kindOf(event)

const otherState = <S>(mutation: StateMutation, before: S, after: S): S =>
  // a state with a field of the state before it
  mutation.type === 'IgnoreEvent' ? before : (withOld(before, after, mutation.path) as S)
