/**
 * The pure core in one import: deciders and what is composed of them, processes, projections, the
 * envelope around a recorded event and time travel. Each has a module of its own, which loads nothing
 * else.
 *
 * @since 0.1.0
 */
export * as Adapt from './Adapt.ts'
export * as Decider from './Decider.ts'
export * as Diff from './Diff.ts'
export * as Dictionary from './Dictionary.ts'
export * as History from './History.ts'
export * as Process from './Process.ts'
export * as Product from './Product.ts'
export * as Projection from './Projection.ts'
export * as Recorded from './Recorded.ts'
