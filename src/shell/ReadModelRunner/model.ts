/**
 * The options and results of a runner of read models.
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
} from './tables.ts'
import type { WorkProblem } from './stopReason.ts'

/**
 * Which read models to keep, and where. `E` is the event.
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
  /** The maximum number of events in a batch. Defaults to 1,000. */
  readonly pageSize?: number
  /** Milliseconds after which an owner that has stopped working may be replaced. Defaults to 15,000. */
  readonly lease?: number
  /**
   * The maximum number of batches and reads at the same time; one more connection is used for the list of
   * generations. Defaults to 3.
   */
  readonly concurrency?: number
}

/**
 * A read model was stopped, by this process or another.
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
 * Why a read model does not continue.
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
 * The progress of a read model, as this process knows it.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelProgress {
  readonly readModel: string
  readonly role: Generation['role']
  /** Whether this process is its owner, which applies the events. */
  readonly owned: boolean
  readonly position: number
  readonly head: number
  /** Positions per second while it catches up. */
  readonly rate: Option<number>
  /** Milliseconds until it has caught up, at that rate. */
  readonly timeLeft: Option<number>
  readonly problem: Option<ReadModelProblem>
}

/**
 * Limits of one run. When the budget is spent, no further batch begins; when `timeout` passes or the signal is
 * aborted, the run ends without waiting for batches under way. Defaults to no limits.
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
  /** Resolves at the next append; see `watchAppends`. It is only a hint: the loop also polls. */
  readonly appended?: () => Promise<unknown>
  /** The interval in milliseconds at which an idle store is polled. Defaults to 1,000. */
  readonly pollEvery?: number
  /** Called when a read model has a problem that it did not have before. */
  readonly onProblem?: (readModel: string, problem: ReadModelProblem) => unknown
}

/**
 * Whether read models are kept up to date: healthy only if each of them was up to date or made progress a short
 * time ago, and none has a problem.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelHealth {
  readonly healthy: boolean
  /** For the read model that is worst off: milliseconds since it was up to date or made progress. */
  readonly age: number
  /** How many positions the slowest read model is behind. */
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
   * Updates all read models up to the head of the log, or as far as the budget allows, releases them, and
   * returns their progress, with the problems of single read models. Those that a loop or another run of this runner is
   * updating are updated after it.
   */
  readonly runOnce: (
    budget?: RunBudget,
  ) => TaskEither<TablesUnavailable | GivenUp | Thrown, ReadonlyArray<ReadModelProgress>>
  /** Runs until its signal is aborted; then it finishes the batches under way and releases the read models. */
  readonly loop: (options: ReadModelLoopOptions) => () => Promise<void>
  /**
   * Waits until the live tables contain everything up to a position, such as that of an event that was just
   * appended, so that a query sees it. It does not matter which process updates them. `timeout` defaults to
   * 10,000 milliseconds.
   */
  readonly waitFor: (
    position: number,
    options?: CallOptions & {
      /** The names of read models. Defaults to all of this runner. */
      readonly readModels?: ReadonlyArray<string>
    },
  ) => TaskEither<ReadModelStopped | TablesUnavailable | GivenUp, void>
  readonly progress: () => ReadonlyArray<ReadModelProgress>
  /** Not healthy if the age is above `maxAge` milliseconds. Defaults to 30,000. */
  readonly health: (maxAge?: number) => ReadModelHealth
}
