/**
 * What a command handler over a store in memory makes of commands that come from outside.
 *
 */
import type { Task } from 'fp-ts/lib/Task.js'
import type { Recorded } from '../../Recorded.ts'
import { occurredAt } from '../../Recorded.ts'
import { commandHandler, immediate, lruCache } from '../../shell/CommandHandler.ts'
import { withCodec } from '../../store/Encoded.ts'
import { memoryStore } from '../../store/Memory.ts'
import type { Boundary } from './answers.ts'

/** The outcomes, and all that the store holds in the end. */
export interface Handled<out E> {
  readonly answers: ReadonlyArray<unknown>
  readonly history: ReadonlyArray<Recorded<E>>
}

/**
 * Sends each command to a stream of its list, and every third one twice. The answers end with the
 * whole store: as it is decoded, and as it is kept.
 */
export const handled =
  <C, S, E extends { readonly type: string }, R>(
    { decider, commands, events }: Boundary<C, S, E, R>,
    lists: ReadonlyArray<ReadonlyArray<unknown>>,
  ): Task<Handled<E>> =>
  async () => {
    const answers: Array<unknown> = []
    let ticks = 0
    const kept = memoryStore({ now: () => ticks++ })
    const store = withCodec(events)(kept)
    const cache = lruCache(2)<S>()
    const handle = commandHandler({
      decider,
      store,
      retry: immediate(3),
      cache: () => cache,
      optimistic: true,
    })
    for (const [i, inputs] of lists.entries()) {
      for (const [j, input] of inputs.entries()) {
        const decoded = commands.decode(input)
        if (decoded._tag === 'Left') continue
        const envelope = { ...occurredAt(i), command: decoded.right }
        const send = handle({ stream: `${i}`, commitId: `${i}:${j}`, commands: [envelope] })
        answers.push(await send())
        if (j % 3 === 0) answers.push(await send())
      }
    }
    const all = await store.readAll(0, Infinity)()
    answers.push(all, await kept.readAll(0, Infinity)())
    return { answers, history: all._tag === 'Right' ? all.right : [] }
  }
