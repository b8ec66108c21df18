/**
 * How often paths of names were counted, such as a label, a command and the events that it emitted.
 */

/** How often a path ended here, and the names by which paths go on. */
export interface PathCounts {
  count: number
  readonly next: Map<string, PathCounts>
}

/** No paths. */
export const pathCounts = (): PathCounts => ({ count: 0, next: new Map() })

/** One name further along a path. */
export const along = ({ next }: PathCounts, name: string): PathCounts => {
  const known = next.get(name)
  if (known !== undefined) return known
  const added = pathCounts()
  next.set(name, added)
  return added
}

/** Every path that was counted, with its count, in the order in which its names were first met. */
export const countedPaths = (
  { count, next }: PathCounts,
  path: ReadonlyArray<string> = [],
): ReadonlyArray<{ readonly path: ReadonlyArray<string>; readonly count: number }> => [
  ...(count > 0 ? [{ path, count }] : []),
  ...[...next].flatMap(([name, under]) => countedPaths(under, [...path, name])),
]
