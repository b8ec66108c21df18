/**
 * The pure core in one import. Each module can be imported by itself, too, and then loads nothing else.
 *
 * A name such as `Decider` is the type and its module at once: `Decider<C, S, E, R>` and `Decider.run`.
 *
 * @since 0.1.0
 */
import * as DeciderModule from './Decider.ts'
import * as DecisionModule from './Decision.ts'
import * as DictionaryModule from './Dictionary.ts'
import * as HistoryModule from './History.ts'
import * as ProcessModule from './Process.ts'
import * as ProjectionModule from './Projection.ts'
import * as QueryModule from './Query.ts'
import * as ReadModelModule from './ReadModel.ts'
import * as RecordedModule from './Recorded.ts'

export * as Adapt from './Adapt.ts'
export * as Diff from './Diff.ts'
export * as Product from './Product.ts'

/**
 * The type `Decider` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Decider<C, S, E, R> = DeciderModule.Decider<C, S, E, R>
/**
 * The module `Decider`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Decider: typeof DeciderModule = DeciderModule

/**
 * The type `Decision` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Decision<C, S, E, R> = DecisionModule.Decision<C, S, E, R>
/**
 * The module `Decision`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Decision: typeof DecisionModule = DecisionModule

/**
 * The type `Dictionary` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Dictionary<V> = DictionaryModule.Dictionary<V>
/**
 * The module `Dictionary`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Dictionary: typeof DictionaryModule = DictionaryModule

/**
 * The type `History` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type History<E> = HistoryModule.History<E>
/**
 * The module `History`.
 *
 * @category modules
 * @since 0.1.0
 */
export const History: typeof HistoryModule = HistoryModule

/**
 * The type `Process` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Process<E, S, C> = ProcessModule.Process<E, S, C>
/**
 * The module `Process`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Process: typeof ProcessModule = ProcessModule

/**
 * The type `Projection` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Projection<S, E> = ProjectionModule.Projection<S, E>
/**
 * The module `Projection`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Projection: typeof ProjectionModule = ProjectionModule

/**
 * The type `Query` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Query = QueryModule.Query
/**
 * The module `Query`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Query: typeof QueryModule = QueryModule

/**
 * The type `ReadModel` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type ReadModel<E, T> = ReadModelModule.ReadModel<E, T>
/**
 * The module `ReadModel`.
 *
 * @category modules
 * @since 0.1.0
 */
export const ReadModel: typeof ReadModelModule = ReadModelModule

/**
 * The type `Recorded` of its module.
 *
 * @category modules
 * @since 0.1.0
 */
export type Recorded<E> = RecordedModule.Recorded<E>
/**
 * The module `Recorded`.
 *
 * @category modules
 * @since 0.1.0
 */
export const Recorded: typeof RecordedModule = RecordedModule
