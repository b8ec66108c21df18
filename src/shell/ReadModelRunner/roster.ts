/**
 * The generations that this process owns, in step with the list in the database.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right, some } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import type { AnyReadModel, Generation, TablesUnavailable } from './tables.ts'
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

/** What this process knows of the list. */
interface RosterState<in out E> {
  readonly works: Map<number, Work<E>>
  readonly prepared: Set<AnyReadModel<E>>
  readonly replaced: Set<AnyReadModel<E>>
  readonly problems: Map<string, ReadModelProblem>
  others: ReadonlyArray<Generation>
  askedAt: Instant
  /** Whether the list has to be read, although it is not time yet. */
  isDoubted: boolean
  /** Why the list could not be read. */
  failure: TablesUnavailable | undefined
}

export const roster = <E>(
  options: ReadModelRunnerOptions<E>,
  lease: number,
  pageSize: number,
  listSlot: Slots,
  forget: () => void,
): Roster<E> => {
  const { tables, models, now } = options
  const state = unreadRoster<E>()
  const { works, prepared, problems } = state
  return {
    refresh: () =>
      listSlot(async () => {
        if (!isDue(state, now(), lease)) return right(undefined)
        await prepareModels(state, options)
        const listed = await tables.own([...prepared], lease)()
        state.failure = listed._tag === 'Left' ? listed.left : undefined
        if (listed._tag === 'Left') return listed
        state.askedAt = now()
        state.isDoubted = false
        const start: StartWork<E> = (model, each) => newWork(model, each, now(), pageSize)
        // pages that were read before may be of a history that is lost, and the tables of an earlier moment
        if (merge(state, listed.right, start)) forget()
        return right(undefined)
      }),
    works: () => [...works.values()],
    others: () => state.others,
    problems: () => {
      const { failure } = state
      return failure === undefined
        ? problems
        : new Map(models.map(({ name }) => [name, problems.get(name) ?? failure]))
    },
    release: () => {
      forgetOwn(state)
      return listSlot(tables.release)
    },
    askedAt: () => state.askedAt,
  }
}

const unreadRoster = <E>(): RosterState<E> => ({
  works: new Map(),
  prepared: new Set(),
  replaced: new Set(),
  problems: new Map(),
  others: [],
  askedAt: -Infinity,
  isDoubted: true,
  failure: undefined,
})

const forgetOwn = <E>(state: RosterState<E>): void => {
  const mine = [...state.works.values()].map(({ generation }) => generation)
  state.others = [
    ...state.others,
    ...mine.map((each) => ({ ...each, owned: false, idle: some(0) })),
  ]
  state.works.clear()
  state.isDoubted = true
}

/** Whether the list has to be read again. */
const isDue = <E>(state: RosterState<E>, now: Instant, lease: number): boolean =>
  state.isDoubted ||
  now - state.askedAt >= lease / 3 ||
  now < state.askedAt ||
  [...state.works.values()].some(({ unsure, busy }) => unsure && busy === undefined) ||
  [...state.problems.values()].some(({ type }) => type === 'TablesUnavailable')

const prepareModels = async <E>(
  { prepared, replaced, problems }: RosterState<E>,
  { tables, models, onChange = 'refuse' }: ReadModelRunnerOptions<E>,
): Promise<void> => {
  for (const model of models) {
    if (prepared.has(model) || replaced.has(model)) continue
    const done = await tables.prepare(model, onChange)()
    if (done._tag === 'Left') problems.set(model.name, done.left)
    else {
      prepared.add(model)
      problems.delete(model.name)
    }
  }
}

type StartWork<E> = (model: AnyReadModel<E>, generation: Generation) => Work<E>

/** Takes over the list as it was read, and returns whether any generation is now as the list says. */
const merge = <E>(
  state: RosterState<E>,
  listed: ReadonlyArray<Generation>,
  start: StartWork<E>,
): boolean => {
  let isAnyTaken = false
  const { works, prepared, replaced, problems } = state
  state.others = listed.filter(({ owned }) => !owned)
  const mine = listed.filter(({ owned }) => owned)
  for (const id of works.keys()) if (!mine.some((each) => each.id === id)) works.delete(id)
  for (const model of prepared) {
    for (const each of mine) {
      if (each.readModel === model.name && takeOver(works, model, each, start)) isAnyTaken = true
    }
    if (listed.some(({ readModel }) => readModel === model.name)) continue
    // an earlier version of the program that is still running must not replace a later one
    problems.set(model.name, { type: 'ReadModelReplaced', readModel: model.name })
    prepared.delete(model)
    replaced.add(model)
  }
  return isAnyTaken
}

/** Takes over a generation that this process owns, and returns whether its checkpoint is now that of the list. */
const takeOver = <E>(
  works: Map<number, Work<E>>,
  model: AnyReadModel<E>,
  generation: Generation,
  start: StartWork<E>,
): boolean => {
  const work = works.get(generation.id)
  const isNew = work === undefined || work.generation.epoch !== generation.epoch
  if (isNew) works.set(generation.id, start(model, generation))
  else if (work.unsure && work.busy === undefined) {
    work.generation = generation
    work.unsure = false
  } else {
    const { role, stopped, skipped } = generation
    work.generation = { ...work.generation, role, stopped, skipped }
    return false
  }
  return true
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
  apart: undefined,
  refused: undefined,
  most: pageSize,
  problem: undefined,
  doneAt: at,
  since: undefined,
  busy: undefined,
})
