// Something wrong in a file, as a value: gathered, sorted and shown at the end, never thrown.

/** A line of a file, counted from 1. */
export interface Place {
  readonly file: string
  readonly line: number
}

export interface Problem {
  readonly place: Place
  readonly reason: string
  /** The orders that are not imported because of it: none where it names no order of the files. */
  readonly orders: ReadonlyArray<string>
}

export const showProblem = ({ place, reason }: Problem): string =>
  `${place.file}:${place.line}: ${reason}`

/** How many orders the problems stand in the way of; a row that names none counts as one. */
export const ordersConcerned = (problems: ReadonlyArray<Problem>): number => {
  const without = problems.filter(({ orders }) => orders.length === 0).length
  return ordersHeldBack(problems).size + without
}

export const ordersHeldBack = (problems: ReadonlyArray<Problem>): ReadonlySet<string> => {
  // rows that hold back every order share one list of them
  const lists = new Set(problems.map(({ orders }) => orders))
  return new Set([...lists].flat())
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
