/**
 * What a runner of read models takes and tells.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Instant } from '../../Recorded.ts'
import type { CallOptions, EventStore, GivenUp, Thrown } from '../../store/EventStore.ts'
import type {
  AnyReadModel,
  Generation,
  InvalidReadModel,
  ReadModelChanged,
  ReadModelReplaced,
  ReadModelTables,
  StopReason,
  TablesUnavailable,
} from '../ReadModelTables.ts'
import type { WorkProblem } from './stopReason.ts'

/**
 * What to keep, and where. `E` is the event.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelRunnerOptions<E> {
  readonly store: EventStore<E>
  readonly tables: ReadModelTables
  readonly models: ReadonlyArray<AnyReadModel<E>>
  /** What to do if tables have another fingerprint. Defaults to `refuse`. */
  readonly onChange?: 'refuse' | 'rebuild'
  readonly now: () => Instant
  /** Events a batch, at most. Defaults to 1,000. */
  readonly pageSize?: number
  /** Milliseconds after which an owner that does nothing may be replaced. Defaults to 15,000. */
  readonly lease?: number
  /**
   * How many batches and reads run at once; one connection more is used for the list of generations. Defaults
   * to 3.
   */
  readonly concurrency?: number
}

/**
 * A read model was stopped, in this process or another.
 *
 * @category failures
 * @since 0.1.0
 */
export interface ReadModelStopped {
  readonly type: 'ReadModelStopped'
  readonly readModel: string
  readonly reason: StopReason
}

/**
 * Why a read model does not go on.
 *
 * @category failures
 * @since 0.1.0
 */
export type ReadModelProblem =
  | WorkProblem
  | ReadModelStopped
  | ReadModelChanged
  | ReadModelReplaced
  | InvalidReadModel

/**
 * How far a read model is, as this process knows it.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelProgress {
  readonly readModel: string
  readonly role: Generation['role']
  /** Whether this process is the one that brings it forward. */
  readonly owned: boolean
  readonly position: number
  readonly head: number
  /** Positions a second, while it catches up. */
  readonly rate: Option<number>
  /** Milliseconds until it has caught up, at that rate. */
  readonly timeLeft: Option<number>
  readonly problem: Option<ReadModelProblem>
}

/**
 * Limits of one run. When the budget is spent, no other batch begins; `timeout` and the signal end the wait
 * whatever is under way. Defaults to no limits.
 *
 * @category model
 * @since 0.1.0
 */
export interface RunBudget extends CallOptions {
  readonly events?: number | undefined
  readonly milliseconds?: number | undefined
}

/**
 * How a loop runs.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelLoopOptions {
  readonly signal: AbortSignal
  /** Resolves at the next append; see `watchAppends`. It is a hint: the loop looks by itself, too. */
  readonly appended?: () => Promise<unknown>
  /** Milliseconds between two looks at the store if nothing happens. Defaults to 1,000. */
  readonly pollEvery?: number
  /** Called when a read model has a problem that it did not have before. */
  readonly onProblem?: (readModel: string, problem: ReadModelProblem) => unknown
}

/**
 * Whether read models are kept: green only if all of them were seen to be where they should be, not long ago.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelHealth {
  readonly healthy: boolean
  /** Milliseconds since the read model that has waited longest was up to date or brought forward. */
  readonly age: number
  /** How many positions the last read model is behind. */
  readonly lag: number
  readonly problems: ReadonlyArray<ReadModelProblem>
}

/**
 * Keeps read models. All its functions may be used at the same time.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelRunner {
  /**
   * Brings all read models forward to the head of the log, or as far as the budget allows, gives them back,
   * and tells how far they are. Problems of single read models are part of that.
   */
  readonly runOnce: (
    budget?: RunBudget,
  ) => TaskEither<TablesUnavailable | GivenUp | Thrown, ReadonlyArray<ReadModelProgress>>
  /** Runs until its signal is aborted; then batches that have begun end, and the read models are given back. */
  readonly loop: (options: ReadModelLoopOptions) => () => Promise<void>
  /**
   * Waits until the live tables contain everything up to a position, such as that of an event that was just
   * appended: then a query finds it. Whichever process brings them forward. `timeout` defaults to 10,000
   * milliseconds.
   */
  readonly waitFor: (
    position: number,
    options?: CallOptions & {
      /** The names of read models. Defaults to all of this runner. */
      readonly readModels?: ReadonlyArray<string>
    },
  ) => TaskEither<ReadModelStopped | TablesUnavailable | GivenUp, void>
  readonly progress: () => ReadonlyArray<ReadModelProgress>
  /** `maxAge` is the age above which a read model counts as dead, in milliseconds. Defaults to 30,000. */
  readonly health: (maxAge?: number) => ReadModelHealth
}
