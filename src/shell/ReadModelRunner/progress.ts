/**
 * The progress of read models, and whether they are kept up to date.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import type { Generation } from './tables.ts'
import type { ReadModelHealth, ReadModelProblem, ReadModelProgress } from './model.ts'
import type { Roster } from './roster.ts'
import type { Work } from './work.ts'

export const progressOf = <E>(
  { works, others, problems }: Roster<E>,
  head: number,
  now: Instant,
): ReadonlyArray<ReadModelProgress> => {
  const mine = works().map((work) => ofWork(work, head, now))
  const theirs = others().map((each) => ofOther(each, head))
  const without = [...problems()].map(([readModel, problem]): ReadModelProgress => ({
    readModel,
    role: 'live',
    owned: false,
    position: 0,
    head,
    rate: none,
    timeLeft: none,
    problem: some(problem),
  }))
  return [...mine, ...theirs, ...without].sort((a, b) => (a.readModel < b.readModel ? -1 : 1))
}

/** The problem of each read model that has one. */
export const problemsIn = (
  progress: ReadonlyArray<ReadModelProgress>,
): ReadonlyMap<string, ReadModelProblem> =>
  new Map(
    progress.flatMap(({ readModel, problem }) =>
      problem._tag === 'Some' ? [[readModel, problem.value] as const] : [],
    ),
  )

const ofWork = <E>(
  { generation, problem, since }: Work<E>,
  head: number,
  now: Instant,
): ReadModelProgress => {
  const { position } = generation
  const done = since === undefined ? 0 : position - since.position
  const time = since === undefined ? 0 : now - since.at
  const rate = done > 0 && time > 0 ? some((done / time) * 1_000) : none
  return {
    readModel: generation.readModel,
    role: generation.role,
    owned: true,
    position,
    head: Math.max(head, position),
    rate,
    timeLeft: rate._tag === 'Some' ? some(((head - position) / rate.value) * 1_000) : none,
    problem: problem === undefined ? stoppedOf(generation) : some(problem),
  }
}

const ofOther = (generation: Generation, head: number): ReadModelProgress => ({
  readModel: generation.readModel,
  role: generation.role,
  owned: false,
  position: generation.position,
  head: Math.max(head, generation.position),
  rate: none,
  timeLeft: none,
  problem: stoppedOf(generation),
})

const stoppedOf = ({ readModel, stopped }: Generation): Option<ReadModelProblem> =>
  stopped._tag === 'Some'
    ? some({ type: 'ReadModelStopped', readModel, reason: stopped.value })
    : none

/**
 * For generations of other owners, the age is the one that the database gave, plus the time since then.
 */
export const healthOf = <E>(
  all: Roster<E>,
  head: number,
  now: Instant,
  maxAge: number,
): ReadModelHealth => {
  const progress = progressOf(all, head, now)
  const problems = progress.flatMap(({ problem }) =>
    problem._tag === 'Some' ? [problem.value] : [],
  )
  const sinceAsked = now - all.askedAt()
  const ages = [
    sinceAsked,
    ...all.works().map(({ doneAt }) => now - doneAt),
    ...all.others().map(({ idle }) => (idle._tag === 'Some' ? idle.value + sinceAsked : Infinity)),
  ]
  const age = Math.max(...ages)
  const lag = Math.max(0, ...progress.map(({ position }) => head - position))
  return { healthy: problems.length === 0 && age <= maxAge, age, lag, problems }
}
