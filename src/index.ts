/**
 * The pure core in one import. Each module can be imported by itself, too, and then loads nothing else.
 *
 * A name such as `Decider` is the type and its module at once: `Decider<C, S, E, R>` and `Decider.run`.
 *
 * @since 0.1.0
 */
import * as DeciderModule from './Decider.ts'
import * as DictionaryModule from './Dictionary.ts'
import * as HistoryModule from './History.ts'
import * as ProcessModule from './Process.ts'
import * as ProjectionModule from './Projection.ts'
import * as RecordedModule from './Recorded.ts'

export * as Adapt from './Adapt.ts'
export * as Diff from './Diff.ts'
export * as Product from './Product.ts'

export type Decider<C, S, E, R> = DeciderModule.Decider<C, S, E, R>
export const Decider: typeof DeciderModule = DeciderModule

export type Dictionary<V> = DictionaryModule.Dictionary<V>
export const Dictionary: typeof DictionaryModule = DictionaryModule

export type History<E> = HistoryModule.History<E>
export const History: typeof HistoryModule = HistoryModule

export type Process<E, S, C> = ProcessModule.Process<E, S, C>
export const Process: typeof ProcessModule = ProcessModule

export type Projection<S, E> = ProjectionModule.Projection<S, E>
export const Projection: typeof ProjectionModule = ProjectionModule

export type Recorded<E> = RecordedModule.Recorded<E>
export const Recorded: typeof RecordedModule = RecordedModule
