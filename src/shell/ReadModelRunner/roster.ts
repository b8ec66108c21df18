/**
 * The generations that this process owns, in step with the list in the database.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right, some } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import type { AnyReadModel, Generation, TablesUnavailable } from '../ReadModelTables.ts'
import type { ReadModelProblem, ReadModelRunnerOptions } from './model.ts'
import type { Slots } from './slots.ts'
import type { Work } from './work.ts'

export interface Roster<in out E> {
  /** Reads the list, if it is time or a generation's state is uncertain. */
  readonly refresh: () => Promise<Either<TablesUnavailable, void>>
  readonly works: () => ReadonlyArray<Work<E>>
  /** The generations that other processes own. */
  readonly others: () => ReadonlyArray<Generation>
  /** The read models without usable tables, and why. */
  readonly problems: () => ReadonlyMap<string, ReadModelProblem>
  /** Releases everything. */
  readonly release: () => Promise<Either<TablesUnavailable, void>>
  /** When the list was last read; `-Infinity` if never. */
  readonly askedAt: () => Instant
}

export const roster = <E>(
  { tables, models, onChange = 'refuse', now }: ReadModelRunnerOptions<E>,
  lease: number,
  pageSize: number,
  listSlot: Slots,
): Roster<E> => {
  const works = new Map<number, Work<E>>()
  const prepared = new Set<AnyReadModel<E>>()
  const replaced = new Set<AnyReadModel<E>>()
  const problems = new Map<string, ReadModelProblem>()
  let others: ReadonlyArray<Generation> = []
  let askedAt: Instant = -Infinity
  let isDoubted = true
  let failure: TablesUnavailable | undefined

  const prepare = async (model: AnyReadModel<E>): Promise<void> => {
    const done = await tables.prepare(model, onChange)()
    if (done._tag === 'Left') problems.set(model.name, done.left)
    else {
      prepared.add(model)
      problems.delete(model.name)
    }
  }

  const meet = (model: AnyReadModel<E>, generation: Generation): void => {
    const work = works.get(generation.id)
    const isNew = work === undefined || work.generation.epoch !== generation.epoch
    if (isNew) works.set(generation.id, newWork(model, generation, now(), pageSize))
    else if (work.unsure && work.busy === undefined) {
      work.generation = generation
      work.unsure = false
    } else {
      const { role, stopped, skipped } = generation
      work.generation = { ...work.generation, role, stopped, skipped }
    }
  }

  const merge = (listed: ReadonlyArray<Generation>): void => {
    others = listed.filter(({ owned }) => !owned)
    const mine = listed.filter(({ owned }) => owned)
    for (const id of works.keys()) if (!mine.some((each) => each.id === id)) works.delete(id)
    for (const model of prepared) {
      for (const each of mine) if (each.readModel === model.name) meet(model, each)
      if (listed.some(({ readModel }) => readModel === model.name)) continue
      // an earlier version of the program that is still running must not replace a later one
      problems.set(model.name, { type: 'ReadModelReplaced', readModel: model.name })
      prepared.delete(model)
      replaced.add(model)
    }
  }

  const isDue = (): boolean =>
    isDoubted ||
    now() - askedAt >= lease / 3 ||
    now() < askedAt ||
    [...works.values()].some(({ unsure, busy }) => unsure && busy === undefined) ||
    [...problems.values()].some(({ type }) => type === 'TablesUnavailable')

  return {
    refresh: () =>
      listSlot(async () => {
        if (!isDue()) return right(undefined)
        for (const model of models) {
          if (!prepared.has(model) && !replaced.has(model)) await prepare(model)
        }
        const listed = await tables.own([...prepared], lease)()
        failure = listed._tag === 'Left' ? listed.left : undefined
        if (listed._tag === 'Left') return listed
        askedAt = now()
        isDoubted = false
        merge(listed.right)
        return right(undefined)
      }),
    works: () => [...works.values()],
    others: () => others,
    problems: () => {
      const listFailure = failure
      return listFailure === undefined
        ? problems
        : new Map(models.map(({ name }) => [name, problems.get(name) ?? listFailure]))
    },
    release: async () => {
      const mine = [...works.values()].map(({ generation }) => generation)
      others = [...others, ...mine.map((each) => ({ ...each, owned: false, idle: some(0) }))]
      works.clear()
      isDoubted = true
      return listSlot(tables.release)
    },
    askedAt: () => askedAt,
  }
}

const newWork = <E>(
  model: AnyReadModel<E>,
  generation: Generation,
  at: Instant,
  pageSize: number,
): Work<E> => ({
  model,
  generation,
  unsure: false,
  verified: false,
  most: pageSize,
  problem: undefined,
  doneAt: at,
  since: undefined,
  busy: undefined,
})
