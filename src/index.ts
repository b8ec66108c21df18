/**
 * The pure core in one import: deciders, projections, the envelope around a recorded event and time
 * travel. Each has a module of its own, which loads nothing else.
 *
 * @since 0.1.0
 */
export * as Decider from './Decider.ts'
export * as Diff from './Diff.ts'
export * as Dictionary from './Dictionary.ts'
export * as History from './History.ts'
export * as Projection from './Projection.ts'
export * as Recorded from './Recorded.ts'
