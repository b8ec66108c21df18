/**
 * What laws are tried on.

 */
import type { Arbitrary } from 'fast-check'
import { array, constant } from 'fast-check'
import type { Decider } from '../../Decider.ts'
import type { LawDrawing, TriedLaws } from './check.ts'
import type { WalkPace } from './pace.ts'
import type { RedrawnValues } from './redrawn.ts'
import { apart, redrawn, untilLate } from './redrawn.ts'
import type { WalkOptions } from '../walk.ts'
import { walkUntil } from '../walk.ts'
import type { WalkCounter, WalksReport } from './walked.ts'

/** How many commands the other walk has, and how many stray events are drawn. */
const strayCount = 8

export const drawingFor = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: WalkOptions<C, S> & { readonly event?: Arbitrary<E> },
  pace: WalkPace,
  known: RedrawnValues<ReadonlyArray<C>>,
): Omit<LawDrawing<C, S, E, R>, 'parameters' | 'earlier'> => {
  const drawn = (more: Partial<WalkOptions<C, S>>) =>
    untilLate(walkUntil(decider, { ...options, ...more }, pace.late), pace.late)
  return {
    decider,
    // from random numbers further on, so that what stands beside them does not depend on them
    walks: apart(redrawn(known, drawn({}), pace.late), 2),
    others: apart(drawn({ length: strayCount, rejected: 0, starts: [] }), 1),
    strays:
      options.event === undefined ? constant([]) : array(options.event, { maxLength: strayCount }),
    pace,
  }
}

/** What walks were like. If a law failed, the walks after it are not missed. */
export const walksOf = <C, S, E, R>(
  watch: WalkCounter<C, S, E, R>,
  tried: ReadonlyArray<TriedLaws<C, S, E, R>>,
  failed: boolean,
): WalksReport => {
  const asked = Math.max(...tried.map((each) => each.asked))
  const leftOut = tried.flatMap(({ outcomes, walks, asked: all }) => {
    const names = [...outcomes].filter(([, { broken }]) => broken.length === 0).map(([law]) => law)
    const missing = all - walks
    return missing === 0 || names.length === 0
      ? []
      : [`${missing} of ${all} walks under ${names.join(', ')}: the time was up`]
  })
  const report = watch.report({ asked, leftOut: failed ? [] : leftOut })
  return failed ? { ...report, problems: [] } : report
}
