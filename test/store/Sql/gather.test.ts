// The numbers are those of the laws in src/store/Sql/gather.ts.
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { StoreUnavailable } from '../../../src/store/EventStore.ts'
import type { LoadProgress } from '../../../src/store/internal/engineModel.ts'
import type { AskTogether } from '../../../src/store/Sql/gather.ts'
import { gathering } from '../../../src/store/Sql/gather.ts'

const limits = { calls: 1, together: 3 }

/** A database that answers each name with itself twice, when it is told to. */
const slow = () => {
  const sent: Array<ReadonlyArray<string>> = []
  const idle: Array<boolean> = []
  const land: Array<(failure?: StoreUnavailable) => void> = []
  const ask: AskTogether<string, string> = (names, isIdle) => {
    sent.push(names)
    idle.push(isIdle)
    return new Promise((resolve) => {
      land.push((failure) => resolve(failure ? left(failure) : right(names.map((n) => n + n))))
    })
  }
  /** Lets calls end, oldest first, until none is under way. */
  const landAll = async () => {
    for (let i = 0; i < land.length; i++) {
      land[i]?.()
      await turn()
    }
  }
  return { sent, idle, land, landAll, ask }
}

const turn = (): Promise<void> => new Promise((resume) => setTimeout(resume))

const call = (): LoadProgress => ({ isGivenUp: false })

describe('calls that gather', () => {
  it('law 1: each gets its own answer, and an idle store asks at once', async () => {
    const { sent, idle, landAll, ask } = slow()
    const gathered = gathering(ask, limits)
    const first = gathered('a', call())
    await turn()
    expect(sent).toStrictEqual([['a']])
    const others = ['b', 'c', 'd', 'e'].map((name) => gathered(name, call()))
    await landAll()
    expect(await Promise.all([first, ...others])).toStrictEqual(
      ['aa', 'bb', 'cc', 'dd', 'ee'].map(right),
    )
    expect(sent).toStrictEqual([['a'], ['b', 'c', 'd'], ['e']])
    expect(idle).toStrictEqual([true, false, true])
  })

  it('says that a store is idle only if nothing is under way', async () => {
    const { idle, landAll, ask } = slow()
    const gathered = gathering(ask, { calls: 2, together: 1 })
    const answers = ['a', 'b'].map((name) => gathered(name, call()))
    await turn()
    await landAll()
    await Promise.all(answers)
    expect(idle).toStrictEqual([true, false])
  })

  it('law 2: what is given up before it is sent is not sent', async () => {
    const { sent, landAll, ask } = slow()
    const gathered = gathering(ask, limits)
    const given = call()
    const others = [gathered('a', call())]
    await turn()
    void gathered('b', given)
    others.push(gathered('c', call()))
    given.isGivenUp = true
    await landAll()
    await Promise.all(others)
    expect(sent).toStrictEqual([['a'], ['c']])
  })

  it('law 3: they are sent in their order, over as many calls as are allowed', async () => {
    const { sent, landAll, ask } = slow()
    const gathered = gathering(ask, { calls: 2, together: 1 })
    const answers = ['a', 'b', 'c', 'd'].map((name) => gathered(name, call()))
    await turn()
    expect(sent).toStrictEqual([['a'], ['b']])
    await landAll()
    await Promise.all(answers)
    expect(sent).toStrictEqual([['a'], ['b'], ['c'], ['d']])
  })

  it('law 4: if several are refused, each is asked for alone', async () => {
    const { sent, idle, land, ask } = slow()
    const gathered = gathering(ask, limits)
    const answers = ['a', 'b', 'c'].map((name) => gathered(name, call()))
    await turn()
    const refused = {
      type: 'StoreUnavailable',
      operation: 'load',
      cause: { code: 'XX001' },
    } as const
    land[0]?.(refused)
    await turn()
    land[1]?.()
    await turn()
    land[2]?.(refused)
    await turn()
    land[3]?.()
    expect((await Promise.all(answers)).map(({ _tag }) => _tag)).toStrictEqual([
      'Right',
      'Left',
      'Right',
    ])
    expect(sent).toStrictEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
    expect(idle).toStrictEqual([false, false, false, false])
  })

  it('law 4: if there is no connection, none is asked for again', async () => {
    const { sent, land, ask } = slow()
    const gathered = gathering(ask, limits)
    const answers = ['a', 'b'].map((name) => gathered(name, call()))
    await turn()
    const lost = { type: 'StoreUnavailable', operation: 'load', cause: { code: '57P01' } } as const
    land[0]?.(lost)
    expect(await Promise.all(answers)).toStrictEqual([left(lost), left(lost)])
    expect(sent).toHaveLength(1)
  })

  it('law 5: what was given up is not kept', async () => {
    const { landAll, ask } = slow()
    const gathered = gathering(ask, limits)
    void gathered('under way', call())
    await Promise.resolve()
    let looks = 0
    const givenUp: LoadProgress = {
      get isGivenUp() {
        looks++
        return true
      },
    }
    for (let n = 0; n < 20_000; n++) void gathered('a', givenUp)
    const wanted = gathered('b', call())
    // as many as are kept
    looks = 0
    await landAll()
    expect(looks).toBeLessThanOrEqual(1_000)
    expect(await wanted).toStrictEqual(right('bb'))
  })
})
