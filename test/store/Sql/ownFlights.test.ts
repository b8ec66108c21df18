import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Query, Tag } from '../../../src/Query.ts'
import { matches, tag } from '../../../src/Query.ts'
import type { CheckedCommit } from '../../../src/store/Engine.ts'
import { checkCommit } from '../../../src/store/Engine.ts'
import { left, right } from '../../../src/internal/either.ts'
import type { CommitAnswer, StoredCommit } from '../../../src/store/internal/engineModel.ts'
import type { Flight } from '../../../src/store/Sql/flight.ts'
import type { FlightClaim, OwnFlights } from '../../../src/store/Sql/ownFlights.ts'
import { ownFlights } from '../../../src/store/Sql/ownFlights.ts'
import { anyVersion, commitOf, encoded, rightOf } from '../../contract/commits.ts'

let ids = 0
const commit = (
  type: string,
  tags: ReadonlyArray<Tag>,
  condition?: { readonly query: Query; readonly after: number },
): CheckedCommit => {
  const id = `c${++ids}`
  const events = [{ event: encoded(1, type), tags }] as const
  return rightOf(checkCommit({ ...commitOf(id, id, anyVersion, 1), events, condition }))
}

const flightOf = (commits: ReadonlyArray<CheckedCommit>): Flight =>
  commits.map((each, root) => ({ commit: each, data: ['1'], commands: null, root, before: 0 }))

/** What is stored, and the row of the counter. */
interface Stored {
  readonly events: ReadonlyArray<{ readonly type: string; readonly tags: ReadonlyArray<Tag> }>
  readonly flights: ReadonlyArray<number>
  readonly end: number | undefined
}

const nothing: Stored = { events: [], flights: [], end: undefined }

/** Whether the database would find that a condition does not hold. */
const disturbed = ({ events }: Stored, { condition }: CheckedCommit): boolean =>
  condition !== undefined &&
  (condition.after > events.length ||
    events
      .slice(condition.after)
      .some(({ type, tags: all }) => matches(condition.query)(type, all)))

/** What the function in the database does with a flight. */
const landed = (stored: Stored, flight: Flight, claim: FlightClaim | undefined) => {
  const base = stored.events.length
  const behind = stored.end === base ? stored.flights : []
  const [first = null, second = null] = behind
  const follows =
    claim !== undefined &&
    first !== null &&
    (first === claim.known ||
      (claim.own.includes(first) && second !== null && second === claim.known))
  const refused = flight.map((passenger) => disturbed(stored, passenger.commit))
  const events = [...stored.events]
  const answers = flight.map((passenger, i): CommitAnswer => {
    const { stream, condition, commitId, events: proposed } = passenger.commit
    if (refused[i] === true && condition !== undefined) {
      return left({ type: 'AppendConditionFailed', stream, condition, position: 0 })
    }
    const [{ event, tags }] = proposed
    events.push({ type: event.type, tags })
    const recorded = { ...proposed[0], stream, version: 1, position: events.length, commitId, tags }
    return right([recorded] as unknown as StoredCommit)
  })
  const flights = claim === undefined ? stored.flights : [claim.flight, ...behind.slice(0, 2)]
  const end = claim === undefined ? stored.end : events.length
  return {
    stored: { events, flights, end },
    place: { base, before: claim === undefined ? null : first },
    follows,
    answers,
    isDisturbed:
      refused.includes(true) &&
      !flight.some(({ commit: { condition } }) => (condition?.after ?? 0) > base),
  }
}

/** A store whose flights land and are answered when told. */
const program = (own: OwnFlights) => {
  const away: Array<{ flight: Flight; claim: FlightClaim | undefined }> = []
  const unanswered: Array<() => void> = []
  return { own, away, unanswered }
}

const tags = ['a', 'b', 'c'].map((each) => tag('t')(each))
const drawnCommit = fc.record({
  type: fc.constantFrom('A', 'B'),
  tags: fc.subarray(tags),
  query: fc.array(
    fc.oneof(
      fc.record({ tags: fc.subarray(tags, { minLength: 1 }) }),
      fc.record({ types: fc.subarray(['A', 'B']), tags: fc.subarray(tags) }),
      fc.record({ types: fc.subarray(['A', 'B', 'C'], { minLength: 1 }) }),
    ),
    { minLength: 1, maxLength: 2 },
  ),
  isPlain: fc.boolean(),
  back: fc.nat({ max: 4 }),
})
const which = fc.constantFrom(0, 0, 0, 0, 1, 2)
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      store: which,
      commits: fc.array(drawnCommit, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('land' as const), store: which, n: fc.nat({ max: 3 }) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      store: which,
      n: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lose' as const), store: which, n: fc.nat({ max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('single' as const), commit: drawnCommit }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restore' as const), n: fc.nat({ max: 5 }) }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const pick = <A>(all: Array<A>, n: number): A | undefined =>
  all.splice(n % Math.max(1, all.length), 1)[0]

/** Plays the steps, and returns how many flights had no need to be looked at. */
const play = (steps: ReadonlyArray<Step>, stores: number): number => {
  let drawn = 0
  let stored = nothing
  const past = [stored]
  let spared = 0
  const programs = Array.from({ length: stores }, () => program(ownFlights(() => ++drawn)))
  const of = (store: number) => programs[store % stores] ?? expect.fail()
  for (const each of steps) {
    if (each.do === 'send') {
      const { own, away } = of(each.store)
      const flight = flightOf(
        each.commits.map(({ type, tags: all, query, isPlain, back }) => {
          const after = Math.max(0, stored.events.length - back)
          return commit(
            type,
            all,
            isPlain ? undefined : { query: query as unknown as Query, after },
          )
        }),
      )
      away.push({ flight, claim: own.leave(flight) })
    } else if (each.do === 'land') {
      const { own, away, unanswered } = of(each.store)
      const sent = pick(away, each.n)
      if (sent === undefined) continue
      const { claim } = sent
      const result = landed(stored, sent.flight, claim)
      if (claim?.isClear === true && result.follows) {
        spared++
        expect(result.isDisturbed).toBe(false)
      }
      stored = result.stored
      if (claim !== undefined)
        unanswered.push(() => own.arrive(claim, result.place, result.answers))
    } else if (each.do === 'answer') {
      pick(of(each.store).unanswered, each.n)?.()
    } else if (each.do === 'lose') {
      const { own, unanswered } = of(each.store)
      if (pick(unanswered, each.n) !== undefined) own.forget()
    } else if (each.do === 'single') {
      const { type, tags: all } = each.commit
      stored = { ...stored, events: [...stored.events, { type, tags: all }] }
    } else {
      stored = past[Math.max(0, past.length - 1 - each.n)] ?? nothing
    }
    past.push(stored)
  }
  return spared
}

describe('law 1: what follows and is clear is not disturbed', () => {
  it.each([1, 2, 3])('whatever %d stores send, and whenever it lands and is answered', (stores) => {
    let spared = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
        spared += play(steps, stores)
      }),
      { numRuns: 2_000 },
    )
    expect(spared).toBeGreaterThan(20)
  })
})

const a = tag('t')('a')
const decided = (after: number): Flight =>
  flightOf([commit('A', [a], { query: [{ tags: [a] }], after })])

describe('law 2: each flight follows, while nobody else stores anything', () => {
  it.each([1, 2])('with %d under way at the same time', (writers) => {
    let stored = nothing
    let drawn = 0
    const own = ownFlights(() => ++drawn)
    const away: Array<() => boolean> = []
    const send = () => {
      const flight = flightOf([
        commit('A', [tag('t')(String(ids))], {
          query: [{ tags: [tag('t')(String(ids))] }],
          after: stored.events.length,
        }),
      ])
      const claim = own.leave(flight) ?? expect.fail()
      const result = landed(stored, flight, claim)
      stored = result.stored
      away.push(() => {
        own.arrive(claim, result.place, result.answers)
        return result.follows && claim.isClear
      })
    }
    for (let i = 0; i < writers; i++) send()
    const follow = Array.from({ length: 20 }, () => {
      const answered = away.shift()?.() ?? expect.fail()
      send()
      return answered
    })
    expect(follow.slice(writers)).toStrictEqual(Array.from({ length: 20 - writers }, () => true))
  })

  it('not one that was read before another process stored something, nor one without a condition before any', () => {
    const own = ownFlights()
    expect(own.leave(flightOf([commit('A', [a])]))).toBeUndefined()
    const first = own.leave(decided(0)) ?? expect.fail()
    expect(first).toMatchObject({ known: null, own: [], isClear: false })
    own.arrive(first, { base: 7, before: null }, [])
    expect(own.leave(decided(6))).toMatchObject({ known: first.flight, isClear: false })
  })
})

describe('law 3: what is remembered is bounded', () => {
  it('flights without an answer', () => {
    const own = ownFlights()
    const known = Array.from({ length: 100 }, () => own.leave(decided(0))?.own.length ?? 0)
    expect(Math.max(...known)).toBeLessThan(16)
  })

  it('names', () => {
    let stored = nothing
    const own = ownFlights()
    const clear = Array.from({ length: 300 }, (_, n) => {
      const names = Array.from({ length: 64 }, (__, i) => commit('A', [tag('t')(`${n}-${i}`)]))
      const flight = flightOf([commit('A', [], { query: [{ types: ['B'] }], after: 64 }), ...names])
      const claim = own.leave(flight) ?? expect.fail()
      const result = landed(stored, flight, claim)
      stored = result.stored
      own.arrive(claim, result.place, result.answers)
      return claim.isClear
    })
    // the first 64 positions are no longer part of the run
    expect(clear.indexOf(true)).toBe(1)
    expect(clear.lastIndexOf(true)).toBeGreaterThan(100)
    expect(clear.lastIndexOf(true)).toBeLessThan(200)
  })
})
