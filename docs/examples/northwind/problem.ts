// Something wrong in a file, as a value: gathered, sorted and shown at the end, never thrown.
import type { Option } from 'fp-ts/lib/Option.js'

/** A line of a file, counted from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

export interface Problem {
  readonly place: Place
  readonly reason: string
  /** The order that is not imported because of it, where it can be told. */
  readonly orderId: Option<string>
}

export const showProblem = ({ place, reason }: Problem): string =>
  `${place.file}:${place.line}: ${reason}`

/** How many orders the problems stand in the way of; a row whose order can't be told counts as one. */
export const ordersConcerned = (problems: ReadonlyArray<Problem>): number => {
  const known = problems.flatMap(({ orderId }) => (orderId._tag === 'Some' ? [orderId.value] : []))
  return new Set(known).size + (problems.length - known.length)
}

/** By file, in the order of the files given, then by line. */
export const sortProblems = (
  problems: ReadonlyArray<Problem>,
  files: ReadonlyArray<string>,
): ReadonlyArray<Problem> =>
  [...problems].sort(
    ({ place: a }, { place: b }) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line,
  )
