import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { ReadModel, RecordedChange } from '../../src/ReadModel.ts'
import { column, readModel, readModelOver, table } from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { ReadModelLawReport } from '../../src/testing/readModel.ts'
import { checkReadModel, readModelLaws } from '../../src/testing/readModel.ts'
import { recordedOf } from '../support/recorded.ts'
import { balancesOf, transferHistory, transfers } from '../support/readModels.ts'
import { sameDraws } from '../support/draws.ts'

sameDraws(20)

const history = recordedOf(
  fc.array(fc.record({ stream: fc.constantFrom('a', 'b'), event: fc.integer({ min: 1, max: 9 }) })),
)

const sums = table({
  columns: { account: column.text, sum: column.json },
  key: ['account'],
  keys: ({ stream }: Recorded<number>) => [{ account: stream }],
  evolve: (row, { event }, { account }) => {
    const sum = row._tag === 'Some' ? Number(row.value.sum) : 0
    return some({ account, sum: sum + event })
  },
})

const verdictsOf = <E>(report: ReadonlyArray<ReadModelLawReport<E>>) =>
  report.map(({ law, verdict }) => `${law} ${verdict.type}`)

/** The laws that fail, each with the first line of its message. */
const failuresOf = <E, T>(model: ReadModel<E, T>, on: fc.Arbitrary<ReadonlyArray<Recorded<E>>>) =>
  checkReadModel(model, { history: on }).flatMap(({ law, verdict }) =>
    verdict.type === 'Failed' ? [`${law}: ${verdict.message.split('\n', 2).join(' ')}`] : [],
  )

const withTable = (faulty: Partial<typeof sums>) =>
  readModel({ name: 'sums', version: '1', tables: { sums: { ...sums, ...faulty } } })

const withState = <S>(state: {
  readonly initialState: S
  readonly evolve: (state: S, event: number) => S
}) =>
  readModelOver(state)({
    name: 'states',
    version: '1',
    tables: {
      states: table({
        columns: { stream: column.text, last: column.text },
        key: ['stream'],
        keys: ({ stream }: RecordedChange<S, number>) => [{ stream }],
        evolve: (_, { after }, { stream }) => some({ stream, last: String(after) }),
      }),
    },
  })

describe('checkReadModel', () => {
  it('finds nothing wrong with a sound read model', () => {
    const report = checkReadModel(transfers, {
      history: transferHistory,
      expected: { balances: balancesOf },
    })
    expect(verdictsOf(report)).toStrictEqual(['M1 Held', 'M2 Held', 'M3 Held', 'M4 Held'])
  })

  it('M1 finds functions that give different results', () => {
    let calls = 0
    expect(
      failuresOf(
        withTable({ evolve: (_, __, { account }) => some({ account, sum: calls++ }) }),
        history,
      ),
    ).toContainEqual(
      expect.stringMatching(/^M1: evolve of sums is not pure: it returned .*sum: \d/),
    )
    expect(
      failuresOf(withTable({ keys: () => [{ account: String(calls++) }] }), history),
    ).toContainEqual(expect.stringContaining('M1: keys of sums is not pure'))
    expect(
      failuresOf(withState({ initialState: 0, evolve: () => calls++ }), history),
    ).toContainEqual(expect.stringContaining('M1: evolve of the state is not pure'))
    const model = { ...withTable({}), select: () => some(calls++) }
    expect(failuresOf(model, history)).toContainEqual(
      expect.stringContaining('M1: select is not pure'),
    )
  })

  it('M1 finds functions that write to what they are given, or throw', () => {
    const writing = withTable({
      evolve: (row, { event }, { account }) => {
        if (row._tag === 'None') return some({ account, sum: event })
        ;(row.value as { sum: unknown }).sum = event
        return row
      },
    })
    expect(failuresOf(writing, history)).toContainEqual(
      expect.stringMatching(/^M1: evolve of sums threw TypeError/),
    )
  })

  it('M2 finds rows, keys and states that do not fit', () => {
    const tooFine = { ...sums.columns, sum: column.integer as typeof column.json }
    expect(
      failuresOf(
        withTable({
          columns: tooFine,
          evolve: (_, { event }, { account }) => some({ account, sum: event / 2 }),
        }),
        history,
      ),
    ).toContainEqual(expect.stringMatching(/^M2: sums.sum takes integer, but got \d\.5/))
    expect(
      failuresOf(withTable({ evolve: () => some({ account: 'other', sum: 0 }) }), history),
    ).toContainEqual(expect.stringMatching(/^M2: sums.account takes the key [ab], but got 'other'/))
    expect(failuresOf(withTable({ keys: () => [{ account: '\0' }] }), history)).toContainEqual(
      expect.stringContaining("M2: sums.account takes text, but got '\\u0000'"),
    )
    const anyPosition = { ...sums.columns, account: column.position as typeof column.json }
    expect(
      failuresOf(
        withTable({ columns: anyPosition, keys: () => [{ account: 1e6 as never }] }),
        history,
      ),
    ).toContainEqual(
      expect.stringMatching(
        /^M2: sums.account takes the position of the event, \d+, but got 1000000/,
      ),
    )
    expect(
      failuresOf(withState({ initialState: 0n, evolve: (n, e) => n + BigInt(e) }), history),
    ).toContainEqual(expect.stringContaining('M2: a state must be a value that JSON can hold'))
  })

  it('M3 finds rows and states that are lost when they are stored', () => {
    const dated = withState({
      initialState: new Date(0),
      evolve: (day, event) => new Date(Number(day) + event),
    })
    expect(failuresOf(dated, history)).toContainEqual(
      expect.stringContaining('M3: rows of states:'),
    )
    const undeclared = withTable({
      evolve: (row, { event }, { account }) => {
        const before = row._tag === 'Some' ? ((row.value as { n?: number }).n ?? 0) : 0
        return some({ account, sum: before, n: before + event })
      },
    })
    expect(failuresOf(undeclared, history)).toContainEqual(
      expect.stringContaining('M3: rows of sums:'),
    )
  })

  it('M3 says which table never had a row', () => {
    const report = checkReadModel(withTable({ evolve: () => none }), { history })
    expect(report[2]?.verdict).toStrictEqual({
      type: 'NotSeen',
      why: 'no history led to a row of sums',
    })
  })

  it('M4 compares with what is expected', () => {
    const report = checkReadModel(transfers, {
      history: transferHistory,
      expected: { balances: () => [] },
    })
    const verdict = report[3]?.verdict
    expect(verdict?.type === 'Failed' && verdict.message).toContain('rows of balances:')
    // shrunk to one transfer
    expect(verdict?.type === 'Failed' && verdict.history.length).toBe(1)
    expect(verdictsOf(checkReadModel(transfers, { history: transferHistory }))).toContain(
      'M4 NotSeen',
    )
  })

  it('repeats a failure by its seed and path', () => {
    const model = withTable({ keys: () => [{ account: '\0' }] })
    const [, first] = checkReadModel(model, { history })
    if (first?.verdict.type !== 'Failed') return expect.fail()
    const { seed, path, history: found } = first.verdict
    const [, again] = checkReadModel(model, { history, seed, path, runs: 1 })
    expect(again?.verdict.type === 'Failed' && again.verdict.history).toStrictEqual(found)
  })
})

describe('readModelLaws', () => {
  it('throws what is wrong', () => {
    expect(() =>
      readModelLaws(withTable({ keys: () => [{ account: '\0' }] }), { history }),
    ).toThrow('M2: sums.account takes text')
    expect(() => readModelLaws(withTable({ evolve: () => none }), { history })).toThrow(
      'M3: no history led to a row of sums',
    )
  })

  it('returns the report otherwise', () => {
    const report = readModelLaws(transfers, { history: transferHistory, runs: 20 })
    expect(report[0]?.verdict).toStrictEqual({ type: 'Held', times: 20 })
  })
})
