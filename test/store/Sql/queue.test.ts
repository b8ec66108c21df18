// The numbers are those of the laws in src/store/Sql/queue.ts.
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { SendFlight } from '../../../src/store/Sql/queue.ts'
import { appendQueue } from '../../../src/store/Sql/queue.ts'
import { checkCommit } from '../../../src/store/Engine.ts'
import type { StoreUnavailable } from '../../../src/store/EventStore.ts'
import type { AppendProgress, CommitAnswer } from '../../../src/store/internal/engineModel.ts'
import { anyVersion, commitOf, rightOf } from '../../contract/commits.ts'

const limits = { writers: 1, commits: 3, size: 1_000, waiting: 10 }

/** An answer that tells which commit it is for. */
const answerTo = (commitId: string): CommitAnswer =>
  left({ type: 'CommitIdTaken', commitId, stream: '' })

/** A database that answers when it is told to. */
const slow = () => {
  const sent: Array<ReadonlyArray<string>> = []
  const land: Array<(failure?: StoreUnavailable) => void> = []
  const send: SendFlight = (flight) => {
    const ids = flight.map(({ commit }) => commit.commitId)
    sent.push(ids)
    return new Promise((resolve) => {
      land.push((failure) => resolve(failure ? left(failure) : right(ids.map(answerTo))))
    })
  }
  /** Lets flights land, oldest first, until none is under way. */
  const landAll = async () => {
    for (let i = 0; i < land.length; i++) {
      land[i]?.()
      await turn()
    }
  }
  return { sent, land, landAll, send }
}

const turn = (): Promise<void> => new Promise((resume) => setTimeout(resume))

const call = (): AppendProgress => ({ hasStarted: true, isGivenUp: false })

const checked = (stream: string, commitId: string) =>
  rightOf(checkCommit(commitOf(stream, commitId, anyVersion, 1)))

/** A chain of one commit. */
const commit = (stream: string, commitId: string) => [checked(stream, commitId)] as const

const busy = [left({ type: 'StoreBusy', waiting: 2 })]

describe('appends that wait', () => {
  it('law 1: each gets its own answer, and an idle store sends at once', async () => {
    const { sent, landAll, send } = slow()
    const append = appendQueue(send, limits)
    const answers = ['a', 'b', 'c', 'd', 'e'].map((id) => append(commit(id, id), call()))
    await Promise.resolve()
    expect(sent).toStrictEqual([['a', 'b', 'c']])
    await landAll()
    expect(sent).toStrictEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])
    expect(await Promise.all(answers)).toStrictEqual(
      ['a', 'b', 'c', 'd', 'e'].map((id) => [answerTo(id)]),
    )
  })

  it('law 2: commits to one stream are sent in their order, also over several writers', async () => {
    const { sent, landAll, send } = slow()
    const append = appendQueue(send, { ...limits, writers: 3 })
    const answers = ['1', '2', '3'].map((id) => append(commit('a', id), call()))
    answers.push(append(commit('b', '4'), call()))
    await turn()
    expect(sent).toStrictEqual([['1', '4']])
    await landAll()
    await Promise.all(answers)
    expect(sent).toStrictEqual([['1', '4'], ['2'], ['3']])
  })

  it('law 4: what was given up does not count', async () => {
    const { sent, landAll, send } = slow()
    const append = appendQueue(send, { ...limits, waiting: 2 })
    void append(commit('a', 'under way'), call())
    await turn()
    const givenUp = [call(), call()]
    for (const [i, each] of givenUp.entries()) void append(commit('b', `${i}`), each)
    expect(await append(commit('c', 'refused'), call())).toStrictEqual(busy)
    const [first] = givenUp
    if (first !== undefined) first.isGivenUp = true
    const waits = append(commit('d', 'waits'), call())
    expect(await append(commit('c', 'refused again'), call())).toStrictEqual(busy)
    await landAll()
    expect(await waits).toStrictEqual([answerTo('waits')])
    expect(sent).toStrictEqual([['under way'], ['1', 'waits']])
  })

  it('law 4: a busy store looks for what was given up once a sixteenth as many were refused', async () => {
    const { send } = slow()
    const append = appendQueue(send, { ...limits, waiting: 1_600 })
    void append(commit('a', 'under way'), call())
    await turn()
    let looks = 0
    const waiting: AppendProgress = {
      hasStarted: false,
      get isGivenUp() {
        looks++
        return false
      },
    }
    for (let n = 0; n < 1_600; n++) void append(commit('b', `${n}`), waiting)
    await turn()
    looks = 0
    for (let n = 0; n < 250; n++) await append(commit('c', 'refused'), call())
    expect(looks).toBe(2 * 1_600)
  })

  it('law 3: what was given up is not sent, and says so', async () => {
    const { sent, landAll, send } = slow()
    const append = appendQueue(send, limits)
    const calls = [call(), call(), call()]
    const answers = calls.map((each, i) => append(commit('a', `${i}`), each))
    await turn()
    expect(calls.map(({ hasStarted }) => hasStarted)).toStrictEqual([true, false, false])
    for (const each of calls.slice(0, 2)) each.isGivenUp = true
    await landAll()
    expect(sent).toStrictEqual([['0'], ['2']])
    expect(await answers[2]).toStrictEqual([answerTo('2')])
  })

  it('law 4: no more wait than there is room for', async () => {
    const { landAll, send } = slow()
    const append = appendQueue(send, { ...limits, waiting: 2 })
    const answers = ['1', '2', '3'].map((id) => append(commit('a', id), call()))
    expect(await answers[2]).toStrictEqual(busy)
    await turn()
    // the first has left, so one more can wait
    answers.push(append(commit('a', '4'), call()))
    expect(await append(commit('a', '5'), call())).toStrictEqual(busy)
    await landAll()
    expect(await Promise.all(answers)).toStrictEqual([
      [answerTo('1')],
      [answerTo('2')],
      busy,
      [answerTo('4')],
    ])
  })

  /** What is sent, and answered, if the database refuses whatever holds the commit b. */
  const refusing = async (cause: unknown) => {
    const sent: Array<ReadonlyArray<string>> = []
    const failure: StoreUnavailable = { type: 'StoreUnavailable', operation: 'append', cause }
    const append = appendQueue((flight) => {
      const ids = flight.map(({ commit }) => commit.commitId)
      sent.push(ids)
      return Promise.resolve(ids.includes('b') ? left(failure) : right(ids.map(answerTo)))
    }, limits)
    const answers = ['a', 'b', 'c'].map((id) => append(commit(id, id), call()))
    return { sent, failure: left(failure), answers: await Promise.all(answers) }
  }
  const driverError = (code?: string) => Object.assign(new Error('driver'), code ? { code } : {})

  it.each(['22P05', '54000', '53200', undefined])(
    'law 5: what is refused for what it holds (%s) is sent alone, so that one does not fail the others',
    async (code) => {
      const { sent, failure, answers } = await refusing(driverError(code))
      expect(answers).toStrictEqual([[answerTo('a')], [failure], [answerTo('c')]])
      expect(sent).toStrictEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
    },
  )

  it.each(['42501', '25006', '53100', '55P03', '57014', '57P01', 'ECONNREFUSED'])(
    'what would fail each commit (%s) fails all of them at once',
    async (code) => {
      const { sent, failure, answers } = await refusing(driverError(code))
      expect(answers).toStrictEqual([[failure], [failure], [failure]])
      expect(sent).toStrictEqual([['a', 'b', 'c']])
    },
  )

  it('law 6: the answers of a chain end with the first that is not stored now', async () => {
    const stored = (repeated?: true): CommitAnswer =>
      // what is stored does not matter here
      right(Object.assign([], repeated && { repeated })) as unknown as CommitAnswer
    const failure: StoreUnavailable = {
      type: 'StoreUnavailable',
      operation: 'append',
      cause: new Error('x'),
    }
    const chain = [checked('a', '1'), checked('a', '2'), checked('a', '3')] as const
    const cases: ReadonlyArray<[CommitAnswer, number]> = [
      [stored(), 3],
      [stored(true), 2],
      [answerTo('2'), 2],
    ]
    for (const refused of [false, true]) {
      for (const [second, length] of cases) {
        const append = appendQueue((flight) => {
          if (refused && flight.length > 1) return Promise.resolve(left(failure))
          const ids = flight.map(({ commit: { commitId } }) => commitId)
          return Promise.resolve(right(ids.map((id) => (id === '2' ? second : stored()))))
        }, limits)
        const answers = await append(chain, call())
        expect(answers).toStrictEqual([stored(), second, stored()].slice(0, length))
      }
    }
  })
})
