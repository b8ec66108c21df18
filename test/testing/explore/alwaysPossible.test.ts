import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { arrivals, firstCutOff, noteArrival } from '../../../src/testing/explore/alwaysPossible.ts'
import { counting, holdsIn, noFindings } from '../../../src/testing/explore/findings.ts'
import type { ExploreOptions } from '../../../src/testing/explore/options.ts'
import { searchRecord } from '../../../src/testing/explore/record.ts'
import { searchSystem } from '../../../src/testing/explore/search.ts'

/** What is found on a map from place 0 on: an action leads to the place of its number. */
const searched = (
  map: ReadonlyArray<ReadonlyArray<number>>,
  options: ExploreOptions<number, number, number> = {},
  broken = -1,
) => {
  const all = { alwaysPossible: {}, ...options }
  const record = searchRecord<number, number, number, never>(
    {
      initialState: 0,
      actions: (place) => map[place] ?? [],
      step: (to) => {
        if (to === broken) throw new Error('no way')
        return right({ events: [to], state: to })
      },
      isTerminal: () => false,
    },
    all,
  )
  const findings = noFindings(all, false)
  searchSystem(record, all, counting(record, findings))
  return { record, arrivals: findings.arrivals ?? arrivals() }
}

const cutOff = (found: ReturnType<typeof searched>, holds: (place: number) => boolean) =>
  firstCutOff(found.record, found.arrivals, (state, number) =>
    holdsIn(found.record, { name: 'goal', holds }, state, number),
  )

const noWay = (state: number) => ({ state, action: -1 })

describe('the transitions of a search', () => {
  it('are listed by where they lead, each once, without those that lead nowhere else', () => {
    const { record, arrivals: into } = searched([[1, 2], [3], [3, 2], [1]])
    expect(record.found.values).toStrictEqual([0, 1, 2, 3])
    const from = record.found.values.map((_, state) => {
      const before: Array<number | undefined> = []
      for (let at = into.last[state]; at !== undefined; at = into.previous[at])
        before.push(into.from[at])
      return before
    })
    expect(from).toStrictEqual([[], [3, 0], [0], [2, 1]])
  })

  it('are none if there is one place', () => {
    expect(searched([[0]]).arrivals).toStrictEqual(arrivals())
    const none = arrivals()
    noteArrival(none, 2, 2)
    expect(none).toStrictEqual(arrivals())
  })
})

describe('the first state that is cut off', () => {
  // 0 leads everywhere, 1 and 2 go round, 3 leads to 4
  const map = [[1, 3], [2], [1], [4]]

  it('is the first from which no way leads to what is looked for, however far', () => {
    const found = searched(map)
    expect(found.record.found.values).toStrictEqual([0, 1, 3, 2, 4])
    const at = (place: number) => found.record.found.values.indexOf(place)
    expect(cutOff(found, (place) => place === 4)).toStrictEqual(noWay(at(1)))
    expect(cutOff(found, (place) => place === 2)).toStrictEqual(noWay(at(3)))
    expect(cutOff(found, (place) => place === 2 || place === 3)).toStrictEqual(noWay(at(4)))
    expect(cutOff(found, (place) => place === 0)).toStrictEqual(noWay(at(1)))
    expect(cutOff(found, () => false)).toStrictEqual(noWay(at(0)))
  })

  it('is none where every state has a way, round a circle as well', () => {
    expect(cutOff(searched(map), (place) => place === 2 || place === 4)).toBeUndefined()
    expect(cutOff(searched([[1], [2], [0]]), (place) => place === 1)).toBeUndefined()
  })

  it('is none that leads to where not everything was tried', () => {
    const found = searched([[1], [2], []], { limits: { depth: 1 } })
    expect(found.record.found.values).toStrictEqual([0, 1])
    expect(cutOff(found, () => false)).toBeUndefined()
    expect(cutOff(searched([[1], [2], []]), () => false)).toStrictEqual(noWay(0))
  })

  it('is none that leads to where something threw', () => {
    const found = searched([[1, 3], [2], [], []], {}, 2)
    expect(found.record.found.values).toStrictEqual([0, 1, 3])
    const at = (place: number) => found.record.found.values.indexOf(place)
    expect(found.record.faults.unsure).toStrictEqual([at(1)])
    expect(cutOff(found, () => false)).toStrictEqual(noWay(at(3)))
    expect(cutOff(found, (place) => place === 1 || place === 3)).toBeUndefined()
  })

  it('takes what throws for not satisfied, and keeps what it threw', () => {
    const found = searched([[1], []])
    const throws = (place: number) => {
      if (place === 1) throw new Error('one')
      return true
    }
    expect(cutOff(found, throws)).toStrictEqual(noWay(1))
    expect([...found.record.faults.thrown.values()]).toStrictEqual([
      { by: 'goal', message: 'Error: one', at: noWay(1), count: 1 },
    ])
  })
})
