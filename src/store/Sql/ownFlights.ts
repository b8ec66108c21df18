/**
 * What a store has stored itself. Where it knows everything that was stored since a decision was read, the database
 * need not look for what could disturb that decision.
 *
 * With the counter, the database keeps the numbers of the last flights that had one, as long as nothing else was stored
 * in between. A number is drawn by the store that sends the flight. So the database can tell that a flight follows one
 * whose outcome its store knows: directly, or with another in between that the same store sent before. Then every
 * event in between is one that the store could compare with the conditions.
 *
 * A run is what a store knows without a gap, up to the end of its last flight. When another process has stored
 * something, a new run starts.
 *
 * Laws:
 *
 * 1. if a flight follows what its store knows, and the store found its conditions clear, no stored event disturbs them
 * 2. while nobody else stores anything, each flight follows
 * 3. what is remembered is bounded
 *
 * @since 0.1.0
 */
import type { QueryItem } from '../../Query.ts'
import type { CommitAnswer, StoredEvents } from '../internal/engineModel.ts'
import type { FoundBy } from './boarding.ts'
import { foundBy } from './boarding.ts'
import type { Flight } from './flight.ts'

/** What the database is told about a flight. */
export interface FlightClaim {
  /** The number of the flight. */
  readonly flight: number
  /** The number of the last flight of the run. */
  readonly known: number | null
  /** The numbers of the flights that were sent before this one and are not part of the run. */
  readonly own: ReadonlyArray<number>
  /** Whether no event of the run or of those flights disturbs a condition of this one. */
  readonly isClear: boolean
}

/** What the database tells about a flight. */
export interface FlightPlace {
  /** The position before the flight. */
  readonly base: number
  /** The number of the flight that ended there. */
  readonly before: number | null
}

export interface OwnFlights {
  /** To be called right before a flight is sent. Returns nothing for a flight that needs no number. */
  readonly leave: (flight: Flight) => FlightClaim | undefined
  readonly arrive: (
    claim: FlightClaim,
    place: FlightPlace,
    answers: ReadonlyArray<CommitAnswer>,
  ) => void
  /** There is no answer to a flight, so what was stored is not known any more. */
  readonly forget: () => void
}

/** A flight that is not part of the run: without an answer, or behind one without an answer. */
interface OutsideFlight {
  readonly flight: number
  readonly contents: FoundBy
  landed?: LandedFlight
}

interface LandedFlight extends FlightPlace {
  readonly end: number
  readonly events: StoredEvents
}

/** The flights after the position `start`, up to `end`, of which `flight` was the last. */
interface OwnRun {
  readonly start: number
  /** The last position of an event of each type, and with each tag. */
  readonly types: Map<string, number>
  readonly tags: Map<string, number>
  readonly flight: number
  readonly end: number
}

/** A new run starts after so many names, which take less than 2 MB. */
const mostNames = 10_000

/** More than ever are under way. */
const mostOutside = 16

export const ownFlights = (
  // a whole number that JSON and the database keep
  draw: () => number = () => Math.floor(Math.random() * Number.MAX_SAFE_INTEGER),
): OwnFlights => {
  let run: OwnRun | undefined
  let outside: ReadonlyArray<OutsideFlight> = []

  const isClear = ({ commit }: Flight[number]): boolean =>
    commit.condition === undefined ||
    (run !== undefined &&
      isUndisturbed(run, commit.condition) &&
      !outside.some(({ contents }) => contents.mayDisturb(commit)))

  const forget = (): void => {
    run = undefined
    outside = []
  }

  const leave: OwnFlights['leave'] = (flight) => {
    const hasConditions = flight.some(({ commit }) => commit.condition !== undefined)
    if (!hasConditions && run === undefined) return undefined
    if (outside.length >= mostOutside) forget()
    const claim: FlightClaim = {
      flight: draw(),
      known: run?.flight ?? null,
      own: outside.map((each) => each.flight),
      isClear: hasConditions && flight.every(isClear),
    }
    const contents = foundBy()
    for (const { commit } of flight) contents.add(commit)
    outside = [...outside, { flight: claim.flight, contents }]
    return claim
  }

  const arrive: OwnFlights['arrive'] = ({ flight }, { base, before }, answers) => {
    const own = outside.find((each) => each.flight === flight)
    // forgotten meanwhile
    if (own === undefined) return
    const events = answers.flatMap(storedNow)
    const landed = { base, before, end: base + events.length, events }
    own.landed = landed
    const follows = before === run?.flight || outside.some((each) => each.flight === before)
    if (run === undefined || (landed.end > run.end && !follows)) run = runOf(flight, landed)
    for (let next = nextOf(run, outside); next !== undefined; next = nextOf(run, outside))
      run = next
    const { end } = run
    outside = outside.filter((each) => each.landed === undefined || each.landed.end > end)
  }

  return { leave, arrive, forget }
}

const storedNow = (answer: CommitAnswer): StoredEvents =>
  answer._tag === 'Right' && answer.right.repeated !== true ? answer.right : []

/** The run that starts with a flight. */
const runOf = (flight: number, landed: LandedFlight): OwnRun =>
  longer(
    { start: landed.base, types: new Map(), tags: new Map(), flight, end: landed.base },
    flight,
    landed,
  )

const longer = (
  { start, types, tags }: OwnRun,
  flight: number,
  { end, events }: LandedFlight,
): OwnRun => {
  for (const { position, event, tags: all = [] } of events) {
    types.set(event.type, position)
    for (const tag of all) tags.set(tag, position)
  }
  return { start, types, tags, flight, end }
}

/** The run with the flight behind it, if that has landed. */
const nextOf = (run: OwnRun, outside: ReadonlyArray<OutsideFlight>): OwnRun | undefined => {
  for (const { flight, landed } of outside) {
    if (landed === undefined || landed.before !== run.flight) continue
    return run.tags.size + run.types.size > mostNames
      ? runOf(flight, landed)
      : longer(run, flight, landed)
  }
  return undefined
}

const isUndisturbed = (
  run: OwnRun,
  { query, after }: { readonly query: ReadonlyArray<QueryItem>; readonly after: number },
): boolean => after >= run.start && !query.some((item) => hasLater(run, item, after))

/** Whether an event of a run after a position may match: sure if the item has one name. */
const hasLater = ({ types, tags, end }: OwnRun, item: QueryItem, after: number): boolean => {
  const isLater = (position: number | undefined): boolean =>
    position !== undefined && position > after
  return (
    end > after &&
    (item.tags ?? []).every((tag) => isLater(tags.get(tag))) &&
    (item.types === undefined ||
      item.types.length === 0 ||
      item.types.some((type) => isLater(types.get(type))))
  )
}
