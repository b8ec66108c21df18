import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { run } from '../../../src/testing/explore/search.ts'
import type { Options } from '../../../src/testing/explore.ts'
import { arrivalsOf, firstCutOff } from '../../../src/testing/explore/alwaysPossible.ts'
import { begin } from '../../../src/testing/explore/memory.ts'

/** What is found on a map from place 0 on: an action leads to the place of its number. */
const searched = (
  map: ReadonlyArray<ReadonlyArray<number>>,
  options: Options<number, number, number> = {},
  broken = -1,
) => {
  const search = begin(
    {
      initialState: 0,
      actions: (place) => map[place] ?? [],
      step: (to) => {
        if (to === broken) throw new Error('no way')
        return right({ events: [to], state: to })
      },
      isTerminal: () => false,
    },
    { alwaysPossible: {}, ...options },
    false,
  )
  run(search)
  return search
}

const cutOff = (search: ReturnType<typeof searched>, holds: (place: number) => boolean) =>
  firstCutOff(search, arrivalsOf(search), 'goal', holds)

const noWay = (state: number) => ({ state, action: -1 })

describe('the moves of a search', () => {
  it('stand by where they lead, each once, and none that leads nowhere else', () => {
    const search = searched([[1, 2], [3], [3, 2], [1]])
    expect(search.states).toStrictEqual([0, 1, 2, 3])
    const { starts, from } = arrivalsOf(search)
    expect([...starts]).toStrictEqual([0, 0, 2, 3, 5])
    expect([...from]).toStrictEqual([0, 3, 0, 1, 2])
  })

  it('are none where there is one place', () => {
    const { starts, from } = arrivalsOf(searched([[0]]))
    expect([[...starts], [...from]]).toStrictEqual([[0, 0], []])
  })
})

describe('the first state that is cut off', () => {
  // 0 leads everywhere, 1 and 2 go round, 3 leads to 4
  const map = [[1, 3], [2], [1], [4]]

  it('is the first from which no way leads to what is looked for, however far', () => {
    const search = searched(map)
    expect(search.states).toStrictEqual([0, 1, 3, 2, 4])
    const at = (place: number) => search.states.indexOf(place)
    expect(cutOff(search, (place) => place === 4)).toStrictEqual(noWay(at(1)))
    expect(cutOff(search, (place) => place === 2)).toStrictEqual(noWay(at(3)))
    expect(cutOff(search, (place) => place === 2 || place === 3)).toStrictEqual(noWay(at(4)))
    expect(cutOff(search, (place) => place === 0)).toStrictEqual(noWay(at(1)))
    expect(cutOff(search, () => false)).toStrictEqual(noWay(at(0)))
  })

  it('is none where every state has a way, round a circle as well', () => {
    expect(cutOff(searched(map), (place) => place === 2 || place === 4)).toBeUndefined()
    expect(cutOff(searched([[1], [2], [0]]), (place) => place === 1)).toBeUndefined()
  })

  it('is none that leads to where not everything was tried', () => {
    const search = searched([[1], [2], []], { limits: { depth: 1 } })
    expect(search.states).toStrictEqual([0, 1])
    expect(cutOff(search, () => false)).toBeUndefined()
    expect(cutOff(searched([[1], [2], []]), () => false)).toStrictEqual(noWay(0))
  })

  it('is none that leads to where something threw', () => {
    const search = searched([[1, 3], [2], [], []], {}, 2)
    expect(search.states).toStrictEqual([0, 1, 3])
    const at = (place: number) => search.states.indexOf(place)
    expect(search.unsure).toStrictEqual([at(1)])
    expect(cutOff(search, () => false)).toStrictEqual(noWay(at(3)))
    expect(cutOff(search, (place) => place === 1 || place === 3)).toBeUndefined()
  })

  it('takes what throws for not satisfied, and keeps what it threw', () => {
    const search = searched([[1], []])
    const throws = (place: number) => {
      if (place === 1) throw new Error('one')
      return true
    }
    expect(cutOff(search, throws)).toStrictEqual(noWay(1))
    expect([...search.throws.values()]).toStrictEqual([
      { by: 'goal', message: 'Error: one', place: noWay(1), count: 1 },
    ])
  })
})
