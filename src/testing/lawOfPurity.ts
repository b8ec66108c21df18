/**
 * The law of purity, B1: every call is made twice, on frozen copies.
 *
 * What can't be frozen is looked at after each call; where that shows nothing, what is private was
 * written to if decide answers otherwise than earlier. A call that reads the clock, or chance, is made
 * again with other readings: what counts is whether it gives something else.
 *
 * @internal
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { structural } from '../Diff.ts'
import type { Ambient, Readings } from './ambient.ts'
import { withAmbient } from './ambient.ts'
import type { Frozen } from './frozen.ts'
import { copyOf, frozen, frozenCopy } from './frozen.ts'
import { kept } from './kept.ts'
import type { Case, Decision, Found, Violation } from './lawCase.ts'
import { privateIn, showError, showValue, some, thenOf } from './lawCase.ts'
import type { Called } from './lawTrace.ts'
import { call, fold } from './lawTrace.ts'
import { oneLine } from './source.ts'

export const purity = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> =>
  withAmbient((ambient) => changing(of, ambient)) ?? otherwise(of)

const changing = <C, S, E, R>(of: Case<C, S, E, R>, ambient: Ambient): Found<C, S, E, R> => {
  const { decider, commands, count } = of
  // who compares may write, and is told of later: not where a frozen copy keeps it from that
  const eq: Eq<S> =
    of.eq === structural ? structural : { equals: (a, b) => of.eq.equals(copyOf(a), copyOf(b)) }
  const given: Array<E> = []
  let state = frozen(decider.initialState)
  for (const drawn of commands) {
    const command = frozen(drawn)
    const before = state
    const wrong = (name: string, how: Wrong<unknown>, decision?: Wrong<Decision<R, E>>) =>
      impure(of, { name, given, command: drawn, state: before.value }, how, decision)
    const ended = twice(() => decider.isTerminal(before.value), structural, [before], ambient)
    if (ended._tag === 'Wrong') return wrong('isTerminal', ended)
    const decide = () => decider.decide(command.value, before.value)
    const decided = twice(decide, structural, [command, before], ambient)
    if (decided._tag === 'Wrong') return wrong('decide', decided, decided)
    count(2)
    if (decided.value._tag === 'Left') continue
    for (const emitted of decided.value.right) {
      const event = { value: emitted, writable: decided.writable }
      const met = state
      const evolve = () => decider.evolve(met.value, emitted)
      const evolved = twice(evolve, eq, [met, event], ambient)
      if (evolved._tag === 'Wrong') return wrong('evolve', evolved)
      count(1)
      state = evolved
    }
    for (const emitted of decided.value.right) given.push(emitted)
  }
  return undefined
}

interface Wrong<out A> {
  readonly _tag: 'Wrong'
  readonly how: ReadonlyArray<string>
  /** What it depends on, where that is known. */
  readonly reads: ReadonlyArray<string>
  /** What was given first, where something else comes for the same arguments. */
  readonly varies: Called<A> | undefined
}

type Twice<A> = Wrong<A> | (Frozen<A> & { readonly _tag: 'Same' })

/** What is read instead, of what a call reads. */
const elsewhen: ReadonlyArray<Readings> = [
  { time: 0, chance: 0 },
  { time: Date.UTC(2040, 5, 15, 12, 30), chance: 0.5 },
  { time: Date.UTC(2100, 0), chance: 0.999999 },
]

/** A frozen copy of what a call gives, where calling it again gives the same and changes nothing. */
const twice = <A>(
  f: () => A,
  eq: Eq<A>,
  args: ReadonlyArray<Frozen<unknown>>,
  { reads, pretend }: Ambient,
): Twice<A> => {
  // plain objects and arrays are frozen, the rest is looked at
  const before = args.some(({ writable }) => writable) ? kept(args) : undefined
  reads()
  const first = call(f)
  const read = reads()
  const wrong = (how: ReadonlyArray<string>, varies: Called<A> | undefined): Wrong<A> => {
    const changed = before?.changed() === true
    before?.restore()
    return changed
      ? { _tag: 'Wrong', how: [...how, 'changed its arguments'], reads: [], varies: undefined }
      : { _tag: 'Wrong', how, reads: varies === undefined ? [] : read, varies }
  }
  if (first._tag === 'Threw') return wrong([`threw ${showError(first.error)}`], undefined)
  const { value, writable } = frozen(first.value)
  for (const readings of read.length === 0 ? [undefined] : [undefined, ...elsewhen]) {
    pretend(readings)
    const again = call(f)
    pretend()
    const how = differs(value, again, eq)
    if (how !== undefined) return wrong(how, { _tag: 'Returned', value })
  }
  if (before?.changed() === true) return wrong([], undefined)
  return { _tag: 'Same', value, writable }
}

const differs = <A>(first: A, again: Called<A>, eq: Eq<A>): ReadonlyArray<string> | undefined => {
  if (again._tag === 'Threw') return [`threw ${showError(again.error)} when called again`]
  if (eq.equals(first, again.value)) return undefined
  const told = [...showValue('gave', first), ...showValue('and then', again.value)]
  return oneLine(first) === oneLine(again.value) ? [...told, ...privateIn(first)] : told
}

/** Where a decision in the initial state is not what it was when the walks were drawn. */
const otherwise = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const { decider, earlier } = of
  for (const { command, decision } of earlier) {
    const state = decider.initialState
    const before = kept(command)
    const now = call(() => decider.decide(frozenCopy(command), state))
    before.restore()
    if (now._tag === 'Returned' && structural.equals(now.value, decision)) continue
    const later =
      now._tag === 'Threw'
        ? [`threw ${showError(now.error)} later`]
        : showValue('and later', now.value)
    const how = [...showValue('gave', decision), ...later]
    const wrong = { _tag: 'Wrong', how, reads: [], varies: call(() => decision) } as const
    const found = impure(of, { name: 'decide', given: [], command, state }, wrong, wrong)
    // not what a call that is made twice shows
    return { ...found, name: 'earlier' }
  }
  return undefined
}

/** What is not pure, and where. */
interface Place<C, S, E> {
  readonly name: string
  readonly given: ReadonlyArray<E>
  readonly command: C
  readonly state: S
}

const impure = <C, S, E, R>(
  of: Case<C, S, E, R>,
  { name, given, command, state }: Place<C, S, E>,
  { how, reads }: Wrong<unknown>,
  decided: Wrong<Decision<R, E>> | undefined,
): Violation<C, S, E, R> => ({
  law: 'B1',
  name,
  what: `${name} is not pure${reads.length === 0 ? '' : `: it reads ${reads.join(' and ')}`}`,
  given,
  command: some(command),
  ...shown(of, given, command, decided?.varies),
  expected: 'the same result twice on frozen arguments, and nothing thrown',
  seen: how.map((line, i) => (i === 0 ? `${name} ${line}` : line)),
  state,
})

/** What a test shows that is made of it: there, nothing is frozen. */
const shown = <C, S, E, R>(
  { decider }: Case<C, S, E, R>,
  given: ReadonlyArray<E>,
  command: C,
  varies: Called<Decision<R, E>> | undefined,
): Pick<Violation<C, S, E, R>, 'shows' | 'fails'> => {
  const decide = () =>
    call(() => {
      const state = fold(decider, copyOf(decider.initialState), copyOf(given))
      return copyOf(decider.decide(copyOf(command), state))
    })
  const before = kept([decider.initialState, given, command])
  const first = varies ?? decide()
  const stays = varies === undefined && structural.equals(first, decide())
  before.restore()
  if (first._tag === 'Threw') return { shows: { type: 'Events', events: [] }, fails: 'throws' }
  return { shows: thenOf(first.value), fails: stays ? false : 'varies' }
}
