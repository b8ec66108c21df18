/**
 * The laws of decisions: V0, V1, V2, V5 and V6. What a command sees of the log is all that it depends on.

 */
import type { Decider } from '../../Decider.ts'
import type { Decision } from '../../Decision.ts'
import { read } from '../../Decision.ts'
import { readingOf, typeOfEvent } from '../../internal/decision.ts'
import { isStorableText } from '../../internal/storableText.ts'
import type { Query, Tag } from '../../Query.ts'
import { matches, union } from '../../Query.ts'
import { some } from '../../internal/either.ts'
import { alike } from '../internal/alike.ts'
import { shown } from '../internal/source.ts'
import { fold, walkedChanges } from '../internal/walkTrace.ts'
import type { DecidedEvents, FoundViolation, Law, LawCase, Violation } from './model.ts'
import { shareOf, showDecision, thenOf, valueLines, violationOf } from './model.ts'
import type { LawId } from './report.ts'

/** The decider as a decision; `undefined` if it is none. */
export const decisionIn = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
): Decision<C, S, E, R> | undefined => {
  const { reads, tags }: Partial<Decision<C, S, E, R>> = decider
  // what a decision has beside a decider
  return typeof reads === 'function' && typeof tags === 'function'
    ? (decider as Decision<C, S, E, R>)
    : undefined
}

/** The laws of a decision. */
export const viewLaws = <C, S, E, R>(): ReadonlyArray<Law<C, S, E, R>> => [
  { law: 'V0', find: ofDecision(sufficiency), unseen: () => 'no command was drawn' },
  {
    law: 'V1',
    find: ofDecision(unmatched),
    unseen: () => unseenUnread,
  },
  { law: 'V2', find: ofDecision(unions), unseen: () => 'no two commands were drawn' },
  { law: 'V5', find: ofDecision(tagging), unseen: () => 'no event was drawn and none emitted' },
  { law: 'V6', find: ofDecision(emissions), unseen: () => 'no event was emitted' },
]

const unseenUnread = 'no event was drawn and none was emitted, or every command read it'

/** If V0 is broken, what its query leaves out breaks these, too. */
export const followsV0: ReadonlyArray<LawId> = ['V1', 'V2', 'V6']

/** A case of a decision, with what its commands are decided on. */
interface ViewCase<C, S, E, R> extends LawCase<C, S, E, R> {
  readonly decision: Decision<C, S, E, R>
  /** The commands of both walks, each once. */
  readonly every: ReadonlyArray<C>
}

type FindView = <C, S, E, R>(of: ViewCase<C, S, E, R>) => FoundViolation<C, S, E, R>

const ofDecision =
  (find: FindView): (<C, S, E, R>(of: LawCase<C, S, E, R>) => FoundViolation<C, S, E, R>) =>
  (of) => {
    const decision = decisionIn(of.decider)
    // walks repeat the commands that emit
    const every = [...new Set([...of.other.steps.map(({ command }) => command), ...of.commands])]
    return decision && find({ ...of, decision, every })
  }

/** A place in a walk, and a command that is decided there. */
interface Place<C, S, E> {
  readonly version: number
  readonly history: ReadonlyArray<E>
  readonly state: S
  readonly command: C
}

/** At most about 24 commands are decided on what they read, and fewer if that would fold too many events. */
const mostReadings = 24
const mostRead = 10_000

/** The last state, and others of the walk, each with a share of the commands. */
function* placesIn<C, S, E, R>({
  trace,
  every,
  thorough,
}: ViewCase<C, S, E, R>): Generator<Place<C, S, E>> {
  const { events, states } = trace
  const most = Math.max(4, Math.min(mostReadings, Math.floor(mostRead / (events.length + 1))))
  const each = shareOf(every.length, states.length, most, thorough)
  const step = thorough ? 1 : Math.max(1, Math.ceil((states.length * each) / most))
  for (let version = events.length; version >= 0; version -= step) {
    for (let i = 0; i < each; i++) {
      yield {
        version,
        history: events.slice(0, version),
        state: states[version] as S, // a walk has a state at each version
        command: every[(version * each + i) % every.length] as C, // each <= length
      }
    }
  }
}

/** The commands of a walk up to a place, and the one decided there. */
const commandsTo = <C, S, E, R>(
  { trace }: LawCase<C, S, E, R>,
  { version, command }: Place<C, S, E>,
): ReadonlyArray<C> => [
  ...trace.steps.filter((step) => step.version < version).map((step) => step.command),
  command,
]

const isMatchedBy = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  query: Query,
): ((event: E) => boolean) => {
  const isMatch = matches(query)
  return (event) => isMatch(typeOfEvent(decision, event), decision.tags(event))
}

/** V0: deciding on what a command reads is deciding on everything. */
const sufficiency: FindView = (of) => {
  const { decision, count } = of
  for (const place of placesIn(of)) {
    const { history, command } = place
    const seen = read(decision)(command, history)
    const onRead = decision.decide(command, seen.state)
    const onAll = decision.decide(command, place.state)
    count(1)
    if (alike.equals(onRead, onAll)) continue
    const missed = missedEvents(decision, command, history, seen.query)
    const names = [...new Set(missed.map((event) => typeOfEvent(decision, event)))].join(', ')
    return viewViolation(of, place, {
      law: 'V0',
      what: `what the command reads leaves out ${names}, and that changes the decision`,
      decision: onAll,
      expected: 'the same decision on what the command reads as on everything',
      seen: [
        ...missed.flatMap((event) => eventLines('left out', decision, event)),
        ...valueLines('the query is', seen.query),
        ...decisionLines('on what it reads', onRead),
        ...decisionLines('on everything', onAll),
      ],
    })
  }
  return undefined
}

/** Events that the query leaves out and that, together, make the difference: none of them can be spared. */
const missedEvents = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  command: C,
  history: ReadonlyArray<E>,
  query: Query,
): ReadonlyArray<E> => {
  const isMatched = isMatchedBy(decision, query)
  const decideWithout = (without: ReadonlySet<number>) => {
    const events = history.filter((_, i) => !without.has(i))
    return decision.decide(command, fold(decision, decision.initialState, events))
  }
  const unread = [...history.keys()].filter((i) => !isMatched(history[i] as E)) // i is an index
  const onRead = decideWithout(new Set(unread))
  const spared = new Set<number>()
  for (const i of unread) {
    spared.add(i)
    if (alike.equals(decideWithout(spared), onRead)) spared.delete(i)
  }
  return unread.filter((i) => !spared.has(i)).map((i) => history[i] as E) // as above
}

/** Not 1, so that what goes with a command is another thing each time. */
const strideOfOthers = 5

/** V1: an event that a command does not read changes nothing in what the command leads to. */
const unmatched: FindView = (of) => {
  const { decision, strays, count } = of
  let at = 1
  for (const place of placesIn(of)) {
    if (strays.length === 0) return undefined
    at += strideOfOthers
    const event = strays[at % strays.length] as (typeof strays)[number] // strays are not empty
    const { query } = read(decision)(place.command, place.history)
    if (isMatchedBy(decision, query)(event)) continue
    const before = decision.decide(place.command, place.state)
    const after = decision.decide(place.command, decision.evolve(place.state, event))
    count(1)
    if (alike.equals(before, after)) continue
    return viewViolation(of, place, {
      law: 'V1',
      what: `${typeOfEvent(decision, event)} is not read by the command, and changes the decision`,
      decision: before,
      expected: 'the same decision with the event and without',
      seen: unreadLines(decision, event, query, before, after),
    })
  }
  return undefined
}

/** V2: a command is decided the same on what it reads and on what several commands read. */
const unions: FindView = (of) => {
  const { decision, every, count } = of
  if (every.length < 2) return undefined
  let at = 1
  for (const place of placesIn(of)) {
    const { history, command } = place
    at += strideOfOthers
    const other = every[at % every.length] as typeof command // there are two
    const own = read(decision)(command, history)
    const both = union([own.query, read(decision)(other, history).query])
    const alone = decision.decide(command, own.state)
    const together = decision.decide(command, readingOf(decision, history, both).state)
    count(1)
    if (alike.equals(alone, together)) continue
    return viewViolation(of, place, {
      law: 'V2',
      what: 'reading for another command as well changes the decision',
      decision: decision.decide(command, place.state),
      expected: 'the same decision on what the command reads as on what both read',
      seen: [
        ...valueLines('the other command is', other),
        ...decisionLines('on what the command reads', alone),
        ...decisionLines('on what both read', together),
      ],
    })
  }
  return undefined
}

/** V5: events have proper tags, which survive the codec, and the type that they have in queries. */
const tagging: FindView = (of) => {
  const { decision, trace, strays, count } = of
  for (const event of [...trace.events, ...strays]) {
    const tags = decision.tags(event)
    count(1)
    const wrong = wrongTags(tags) ?? wrongCodec(of, event, tags)
    if (wrong === undefined) continue
    return violationOf({
      law: 'V5',
      what: wrong,
      given: trace.events,
      shows: { type: 'State', state: trace.state },
      fails: false,
      expected: 'tags made by tag(kind), each once, the same after decoding, under the stored type',
      seen: eventLines('the event', decision, event),
      state: trace.state,
    })
  }
  return undefined
}

const wrongTags = (tags: ReadonlyArray<Tag>): string | undefined => {
  if (new Set(tags).size < tags.length) return 'an event has a tag twice'
  const isProper = (each: unknown) =>
    typeof each === 'string' && each.includes(':') && isStorableText(each)
  return tags.every(isProper) ? undefined : 'an event has a tag that tag(kind) does not make'
}

const wrongCodec = <C, S, E, R>(
  { decision, codec }: ViewCase<C, S, E, R>,
  event: E,
  tags: ReadonlyArray<Tag>,
): string | undefined => {
  // events that the codec refuses are found by B9
  const encoded = codec?.encode(event)
  if (encoded?._tag !== 'Right') return undefined
  const [type, stored] = [typeOfEvent(decision, event), encoded.right.type]
  if (type !== stored) return `the codec stores an event as ${stored}, and queries name it ${type}`
  const decoded = codec?.decode(encoded.right)
  if (decoded?._tag !== 'Right') return undefined
  const again = decision.tags(decoded.right)
  const isSame = again.length === tags.length && again.every((each) => tags.includes(each))
  return isSame ? undefined : 'an event has other tags after its codec'
}

/** V6: an emitted event that changes what a command leads to is matched by what the command reads. */
const emissions: FindView = (of) => {
  const { decision, trace, every, thorough, count } = of
  const each = shareOf(every.length, trace.events.length, mostReadings, thorough)
  for (const step of trace.steps) {
    for (const [i, { before, event, after }] of walkedChanges(trace, step).entries()) {
      const version = step.version + i
      for (let j = 0; j < each; j++) {
        const command = every[(version * each + j) % every.length] as (typeof every)[number] // each <= length
        count(1)
        const [had, has] = [decision.decide(command, before), decision.decide(command, after)]
        if (alike.equals(had, has)) continue
        const history = trace.events.slice(0, version)
        const { query } = read(decision)(command, history)
        if (isMatchedBy(decision, query)(event)) continue
        const place = { version: version + 1, history: [...history, event], state: after, command }
        return viewViolation(of, place, {
          law: 'V6',
          what: `${typeOfEvent(decision, event)} was emitted, and changes a decision that does not read it`,
          decision: has,
          expected: 'the event to have a type and tags by which the command finds it',
          seen: unreadLines(decision, event, query, had, has),
        })
      }
    }
  }
  return undefined
}

/** What is wrong at a place. The scenario passes, since it is decided on everything. */
const viewViolation = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  place: Place<C, S, E>,
  found: {
    readonly law: LawId
    readonly what: string
    readonly decision: DecidedEvents<R, E>
    readonly expected: string
    readonly seen: ReadonlyArray<string>
  },
): Violation<C, S, E, R> =>
  violationOf({
    law: found.law,
    what: found.what,
    given: place.history,
    command: some(place.command),
    shows: thenOf(found.decision),
    fails: false,
    expected: found.expected,
    seen: found.seen,
    state: place.state,
    commands: commandsTo(of, place),
  })

const eventLines = <C, S, E, R>(
  name: string,
  decision: Decision<C, S, E, R>,
  event: E,
): ReadonlyArray<string> => [
  ...valueLines(name, event),
  `  found as ${shown(typeOfEvent(decision, event))} under ${shown(decision.tags(event))}`,
]

const unreadLines = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  event: E,
  query: Query,
  before: DecidedEvents<R, E>,
  after: DecidedEvents<R, E>,
): ReadonlyArray<string> => [
  ...eventLines('not read', decision, event),
  ...valueLines('the query is', query),
  ...decisionLines('without the event', before),
  ...decisionLines('with the event', after),
]

const decisionLines = <R, E>(name: string, decided: DecidedEvents<R, E>): ReadonlyArray<string> =>
  `${name}: ${showDecision(decided).join('\n')}`.split('\n')
