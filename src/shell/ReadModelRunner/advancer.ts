/**
 * Moves the checkpoints of many generations in one statement: moves that are requested while a statement is
 * under way go into the next one.
 *
 * @since 0.1.0
 */
import type { CheckpointMove, NotOwned, ReadModelTables, TablesUnavailable } from './tables.ts'
import type { Slots } from './slots.ts'

type Moved = TablesUnavailable | NotOwned | undefined

/** Whether the checkpoint of a generation moved, or why not. */
type MoveAnswer = (id: number, readModel: string) => Moved

export const advancer = (
  tables: ReadModelTables,
  listSlot: Slots,
): ((move: CheckpointMove) => Promise<Moved>) => {
  let waiting: Array<CheckpointMove> = []
  let next: Promise<MoveAnswer> | undefined
  const send = (): Promise<MoveAnswer> =>
    listSlot<MoveAnswer>(async () => {
      // moves that are requested at the same time go together
      await Promise.resolve()
      const moves = waiting
      waiting = []
      next = undefined
      const moved = await tables.advance(moves)()
      if (moved._tag === 'Left') return () => moved.left
      const ids = new Set(moved.right)
      return (id, readModel) => (ids.has(id) ? undefined : { type: 'NotOwned', readModel })
    })
  return async (move) => {
    waiting.push(move)
    const answer = await (next ??= send())
    return answer(move.generation.id, move.generation.readModel)
  }
}
