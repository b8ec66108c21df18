import fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type {
  LawCase,
  DeclaredLaws,
  FoundViolation,
  Law,
  Violation,
} from '../../../src/testing/laws/model.ts'
import type { LawId } from '../../../src/testing/laws/report.ts'
import type { LawDrawing } from '../../../src/testing/laws/check.ts'
import { allLaws, tryLaws as tried } from '../../../src/testing/laws/check.ts'
import { caseOf } from '../cases.ts'
import type { Command, Event, Rejection, State } from '../till.ts'
import { till } from '../till.ts'

type TillCase = LawCase<Command, State, Event, Rejection>
type TillLaw = Law<Command, State, Event, Rejection>

const add = (n: number): Command => ({ type: 'Add', n })
const declared = (
  more: Partial<DeclaredLaws<Command, State, Event, Rejection>> = {},
): DeclaredLaws<Command, State, Event, Rejection> => ({ ...caseOf(till, []), ...more })

const tryLaws = (...args: Parameters<typeof tried<Command, State, Event, Rejection>>) =>
  tried<Command, State, Event, Rejection>(...args).outcomes

/** Walks of up to four commands, 20 of them. */
const drawing: LawDrawing<Command, State, Event, Rejection> = {
  decider: till,
  walks: fc.array(fc.constantFrom(add(1), add(2), add(9)), { minLength: 1, maxLength: 4 }),
  others: fc.constant([add(3)]),
  strays: fc.constant([{ type: 'Closed' }]),
  parameters: { numRuns: 20, seed: 3 },
  earlier: [],
}

const violation = (
  law: LawId,
  name: string,
  { trace }: TillCase,
): Violation<Command, State, Event, Rejection> => ({
  law,
  name,
  what: 'wrong',
  given: trace.events,
  command: none,
  shows: { type: 'State', state: trace.state },
  fails: true,
  expected: 'right',
  seen: [],
  state: trace.state,
})

/** A law that is put to the test once a walk, and broken where this says so. */
const law = (
  id: LawId,
  isBroken: (of: TillCase) => boolean | string,
  listen: (of: TillCase) => void = () => {},
): TillLaw => ({
  law: id,
  find: (of) => {
    listen(of)
    of.count(1)
    const broken = isBroken(of)
    return broken === false ? undefined : violation(id, broken === true ? '' : broken, of)
  },
  unseen: () => '',
})

const many = ({ commands }: TillCase): boolean => commands.length > 1

describe('laws that are tried', () => {
  it('are put to the test on each walk, with another one and stray events', () => {
    const seen: Array<TillCase> = []
    const held = law(
      'B2',
      () => false,
      (of) => seen.push(of),
    )
    expect(tryLaws(declared(), [held], drawing)).toStrictEqual(
      new Map([['B2', { times: 20, broken: [] }]]),
    )
    expect(seen).toHaveLength(20)
    for (const { commands, trace, other, strays, thorough } of seen) {
      expect(trace.steps.map(({ command }) => command)).toStrictEqual(commands)
      expect(other.events).toStrictEqual([{ type: 'Added', n: 3 }])
      expect(strays).toStrictEqual([{ type: 'Closed' }, { type: 'Added', n: 3 }])
      expect(thorough).toBe(false)
    }
  })

  it('are told apart: each is broken by the smallest walk of its own', () => {
    const outcomes = tryLaws(
      declared(),
      [
        law('B2', many),
        law('B3', () => false),
        law('B5', ({ trace }) => trace.state.n > 0),
        law('B7', ({ commands }) => commands.length > 2),
      ],
      drawing,
    )
    expect(
      [...outcomes].map(([id, { broken }]) => [id, broken.map(({ commands }) => commands)]),
    ).toStrictEqual([
      ['B2', [[add(1), add(1)]]],
      ['B3', []],
      ['B5', [[add(1)]]],
      ['B7', [[add(1), add(1), add(1)]]],
    ])
    // on every walk once more, when the others are known to be broken
    expect(outcomes.get('B3')?.times).toBe(20)
    const [first] = outcomes.get('B2')?.broken ?? []
    expect(first?.violation).toMatchObject({ law: 'B2', given: [{ n: 1 }, { n: 1 }] })
    expect(first?.foundAt.seed).toBe(3)
  })

  it('are tried thoroughly, and alone, while a failure is made smaller', () => {
    const thorough: Array<boolean> = []
    let others = 0
    const broken = law('B2', many, (of) => thorough.push(of.thorough))
    const other = law(
      'B3',
      () => false,
      () => others++,
    )
    const outcomes = tryLaws(declared(), [other, broken], drawing)
    const [first] = outcomes.get('B2')?.broken ?? []
    // the other law sees the walks up to the failure, none of the smaller ones, and then all
    expect(thorough[0]).toBe(false)
    expect(thorough.at(-1)).toBe(true)
    const before = thorough.indexOf(true)
    expect(thorough.slice(before).every((is) => is)).toBe(true)
    expect(others).toBe(before + 20)
    expect(first?.foundAt.shrinks).toBeGreaterThan(0)
  })

  it('are tried thoroughly where a path says which walk it is', () => {
    const [first] = tryLaws(declared(), [law('B2', many)], drawing).get('B2')?.broken ?? []
    const place = first?.foundAt
    expect(place?.path).toMatch(/^\d+(:\d+)+$/)
    const thorough: Array<boolean> = []
    const broken = law('B2', many, (of) => thorough.push(of.thorough))
    const parameters = { seed: 3, path: place?.path ?? '' }
    const again = tryLaws(declared(), [broken], { ...drawing, parameters }).get('B2')?.broken[0]
    expect(again?.commands).toStrictEqual(first?.commands)
    expect(again?.foundAt.path).toBe(place?.path)
    expect(thorough.every((is) => is)).toBe(true)
  })

  it('are put to the test so often only as they were before a failure is made smaller', () => {
    const outcome = tryLaws(declared(), [law('B2', many)], drawing).get('B2')
    expect(outcome?.times).toBe(Number(outcome?.broken[0]?.foundAt.path.split(':')[0]) + 1)
  })

  it('are tried on so many smaller walks at most', () => {
    let tried = 0
    const stubborn = law(
      'B2',
      ({ commands }) => commands.length > 1,
      () => tried++,
    )
    const walks = Object.assign(fc.constant<ReadonlyArray<Command>>([]), {
      generate: () => new fc.Value([add(1), add(2)], undefined),
      shrink: ({ length }: ReadonlyArray<Command>) =>
        fc.stream(
          Array.from(
            { length: length > 1 ? 5_100 : 0 },
            () => new fc.Value([add(1)], undefined),
          ).values(),
        ),
    })
    const outcome = tryLaws(declared(), [stubborn], { ...drawing, walks }).get('B2')
    expect(outcome?.broken[0]?.commands).toStrictEqual([add(1), add(2)])
    expect(outcome?.broken[0]?.foundAt.shrinks).toBe(0)
    expect(tried).toBe(1 + 5_000)
  })

  it('are broken by what throws, with what led there', () => {
    const throwing = law('B2', ({ commands }) => {
      if (commands.length > 1) throw new RangeError('boom')
      return false
    })
    const [broken] = tryLaws(declared(), [throwing], drawing).get('B2')?.broken ?? []
    expect(broken?.commands).toStrictEqual([add(1), add(1)])
    expect(broken?.violation).toStrictEqual({
      law: 'B2',
      name: 'threw',
      what: 'something threw while it was tested',
      given: [
        { type: 'Added', n: 1 },
        { type: 'Added', n: 1 },
      ],
      command: none,
      shows: { type: 'State', state: { n: 2, closed: false } },
      fails: false,
      expected: 'nothing thrown',
      seen: ['RangeError: boom'],
      state: { n: 2, closed: false },
    })
  })

  it('are none where none is given', () => {
    expect(tryLaws(declared(), [], drawing)).toStrictEqual(new Map())
  })
})

describe('properties of the user', () => {
  const names = (of: TillCase): ReadonlyArray<string> =>
    [...of.invariants, ...of.decisions, ...of.changes].map(([name]) => name)
  const yes = () => true
  const properties = {
    invariants: [['a', yes]],
    decisions: [['b', yes]],
    changes: [['c', yes]],
    applies: yes,
  } satisfies Partial<DeclaredLaws<Command, State, Event, Rejection>>
  /** Broken by the first of the user's properties that it is to look at. */
  const byFirst = (id: LawId, wanted: string, listen?: (of: TillCase) => void): TillLaw =>
    law(
      id,
      (of) => {
        const found = names(of).find((name) => wanted.includes(name))
        return found !== undefined && many(of) && `"${found}"`
      },
      listen,
    )
  const told = (laws: ReadonlyArray<TillLaw>, more = properties) =>
    [...tryLaws(declared(more), laws, drawing)].map(([id, { broken }]) => [
      id,
      ...broken.map(({ violation: { name } }) => name),
    ])

  it('are told one by one', () => {
    expect(told([byFirst('B6', 'abc')])).toStrictEqual([['B6', '"a"', '"b"', '"c"']])
    expect(told([byFirst('B6', 'ac')])).toStrictEqual([['B6', '"a"', '"c"']])
    expect(told([byFirst('B4', 'bc')])).toStrictEqual([['B4', '"b"', '"c"']])
  })

  it('are not told again of stray events where they are broken without', () => {
    expect(told([byFirst('B6', 'ab'), byFirst('B4', 'bc')])).toStrictEqual([
      ['B6', '"a"', '"b"'],
      ['B4', '"c"'],
    ])
    expect(told([byFirst('B4', 'bc'), byFirst('B6', 'ab')])).toStrictEqual([
      ['B4', '"c"'],
      ['B6', '"a"', '"b"'],
    ])
  })

  it('are looked at alone while a failure of theirs is made smaller', () => {
    const seen = new Set<string>()
    const listen = (of: TillCase) => {
      if (of.thorough) seen.add(`${names(of).join()} ${String(of.applies !== undefined)}`)
    }
    told([byFirst('B6', 'b', listen)])
    expect([...seen]).toStrictEqual(['b false'])
  })

  it('are told where they write to a walk, which is put back', () => {
    /** Broken by any of the invariants at the end of a walk. */
    const atEnd: TillLaw = {
      law: 'B6',
      find: (of) => {
        const wrong = of.invariants.find(([, holds]) => !holds(of.trace.state))
        return wrong && violation('B6', `"${wrong[0]}"`, of)
      },
      unseen: () => '',
    }
    const more = declared({ invariants: [['writes', (s) => Object.assign(s, { n: -1 }).n < 0]] })
    const told = tryLaws(more, [atEnd], drawing).get('B6')?.broken
    expect(told).toHaveLength(1)
    expect(told?.[0]?.violation).toMatchObject({
      name: '"writes"',
      what: 'the invariant "writes" writes to what it is given',
      seen: ['was given { n: 1, closed: false }', 'and left { n: -1, closed: false }'],
    })
    expect(told?.[0]?.commands).toStrictEqual([add(1)])
    // a walk ends in it where all is rejected
    expect(till.initialState).toStrictEqual({ n: 0, closed: false })
  })

  it('are not told where a walk is written to by something else', () => {
    const writing = law('B2', ({ trace }) => Object.assign(trace.state, { n: -1 }).n < 0)
    const told = tryLaws(declared(properties), [writing], drawing).get('B2')?.broken
    expect(told?.map(({ violation: { what } }) => what)).toStrictEqual(['wrong'])
    expect(till.initialState).toStrictEqual({ n: 0, closed: false })
  })

  it('are left alone while a failure by what does not apply is made smaller', () => {
    const seen = new Set<string>()
    const strays = law(
      'B4',
      (of) => of.applies !== undefined && many(of) && 'applies',
      (of) => {
        if (of.thorough) seen.add(names(of).join())
      },
    )
    const [broken] = tryLaws(declared(properties), [strays], drawing).get('B4')?.broken ?? []
    expect(broken?.commands).toStrictEqual([add(1), add(1)])
    expect([...seen]).toStrictEqual([''])
  })

  it('are broken by the same one while a failure is made smaller', () => {
    const short = law('B4', ({ commands }) => (commands.length > 2 ? 'long' : many({ ...caseOf(till, []), commands }) && 'short')) // prettier-ignore
    const walks = fc.constant<ReadonlyArray<Command>>([add(1), add(1), add(1)])
    const shrinking = Object.assign(walks, {
      shrink: (commands: ReadonlyArray<Command>) =>
        fc.stream(
          (commands.length > 0 ? [new fc.Value(commands.slice(1), undefined)] : []).values(),
        ),
    })
    const [broken] = tryLaws(declared(), [short], { ...drawing, walks: shrinking }).get('B4')?.broken ?? [] // prettier-ignore
    expect(broken?.violation.name).toBe('long')
    expect(broken?.commands).toHaveLength(3)
  })

  it('may have any name', () => {
    const own = (
      find: (of: TillCase) => FoundViolation<Command, State, Event, Rejection>,
    ): TillLaw => ({
      law: 'B4',
      find,
      unseen: () => '',
    })
    const more = {
      ...properties,
      invariants: ['', 'evolve', 'threw', 'applies'].map((name) => [name, yes] as const),
    }
    for (const name of ['', 'evolve', 'applies']) {
      const found = own((of) => (many(of) ? violation('B4', name, of) : undefined))
      expect([...tryLaws(declared(more), [found], drawing).values()][0]?.broken).toHaveLength(1)
    }
    const throwing = own(() => {
      throw new Error('boom')
    })
    expect([...tryLaws(declared(more), [throwing], drawing).values()][0]?.broken).toHaveLength(1)
  })
})

describe('what was never seen', () => {
  it('is told law by law', () => {
    const unseen = (more: Partial<DeclaredLaws<Command, State, Event, Rejection>> = {}) =>
      Object.fromEntries(
        allLaws<Command, State, Event, Rejection>().map((one) => [
          one.law,
          one.unseen(declared(more)),
        ]),
      )
    expect(unseen()).toStrictEqual({
      B1: 'no command was drawn',
      B2: 'no walk emitted two events',
      B3: 'no event was emitted',
      B4: 'no event was drawn and none emitted',
      B5: 'no event was emitted',
      B6: 'no invariants, decisions or changes are given',
      B7: 'no command is declared idempotent',
      B8: 'no terminal state was reached',
      B9: 'no codec is given',
      B10: 'no command was rejected',
      B11: 'no command was drawn',
    })
    const codec = {
      types: [],
      encode: () => expect.unreachable(),
      decode: () => expect.unreachable(),
    }
    const more = unseen({ idempotent: () => true, codec })
    expect([more['B7'], more['B9']]).toStrictEqual([
      'no command declared idempotent was accepted',
      'no event was emitted',
    ])
  })
})
