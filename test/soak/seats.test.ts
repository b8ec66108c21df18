// The short form of the scenario `seats` of `npm run soak`: in memory, on the built package, where answers get lost.
import { left } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { memoryStore } from '../../dist/store/Memory.js'
import { dice } from './dice.mjs'
import { callSeats, judgeSeats } from './seats.mjs'

const seed = Number(process.env['FC_SEED'])

/** Every twentieth append takes effect and is not answered, and all take a moment. */
const cutOff = (store: ReturnType<typeof memoryStore>, draw: (most: number) => number) => ({
  ...store,
  append:
    (...given: Parameters<typeof store.append>) =>
    async () => {
      await new Promise((resume) => setImmediate(resume))
      const answer = await store.append(...given)()
      return draw(20) === 0
        ? left({ type: 'StoreUnavailable', operation: 'append', cause: 'cut' } as const)
        : answer
    },
})

const played = async (store: ReturnType<typeof memoryStore>) => {
  const notes: Array<unknown> = []
  const end = performance.now() + 400
  const draw = dice(seed)
  const process = (name: string, callers: number) =>
    callSeats({
      store: cutOff(store, draw),
      name,
      draw,
      isOver: () => performance.now() > end,
      note: (one: unknown) => notes.push(one),
      callers,
    })
  await Promise.all([process('a', 32), process('b', 32)])
  return judgeSeats(store, notes)
}

it('nobody is overbooked, and nobody is refused without need', async () => {
  const { faults, figures } = await played(memoryStore())
  expect(faults).toBe('')
  expect(figures.commits).toBeGreaterThan(100)
  expect(figures.refused).toBeGreaterThan(0)
  expect(figures.failed).toBeGreaterThan(0)
})

it('a store that checks no condition overbooks, and one that refuses without need is seen', async () => {
  const careless = memoryStore()
  const overbooked = await played({
    ...careless,
    append: ({ condition: _condition, ...commit }, options) => careless.append(commit, options),
  })
  expect(overbooked.faults).toMatch(/overbooked|too many courses/)
  const jumpy = memoryStore()
  const needless = await played({
    ...jumpy,
    append: (commit, options) => async () => {
      const { condition, stream } = commit
      const answer = await jumpy.append(commit, options)()
      return answer._tag === 'Left' ||
        condition === undefined ||
        Number(answer.right[0].position) % 9 > 0
        ? answer
        : left({ type: 'AppendConditionFailed', stream, condition, position: 1 } as const)
    },
  })
  expect(needless.faults).toMatch(/a needless conflict: position 1 disturbs nothing/)
})
