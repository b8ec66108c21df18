/**
 * Where the rows of read models are kept, each batch in one transaction with its checkpoint.
 *
 * Several processes may keep the same read models: one of them owns each at a time, for as long as it renews
 * its lease. An owner is fenced by a number, its epoch: a batch is stored only if the epoch and the checkpoint
 * are still those that it starts from, so a late batch of an earlier owner stores nothing.
 *
 * A generation is the tables of one fingerprint of a read model: the `live` one, which people query; one that
 * is `building` to replace it; and one that is `kept` to go back to.
 *
 * Laws:
 *
 * 1. a batch is stored together with its checkpoint, or not at all
 * 2. the rows are those of `inMemory` up to the checkpoint, without the skipped events, whatever was
 *    interrupted, and whoever else was at work
 * 3. the checkpoint of a generation never goes back
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issues } from '../codec/Codec.ts'
import type { ReadModel } from '../ReadModel.ts'
import type { Recorded } from '../Recorded.ts'
import type { HistoryMark } from '../store/EventStore.ts'

/**
 * A read model of events `E`, whatever its tables.
 *
 * @category model
 * @since 0.1.0
 */
export type AnyReadModel<E> = ReadModel<E, unknown>

/**
 * An event that is left out of a read model, and why.
 *
 * @category model
 * @since 0.1.0
 */
export interface SkippedEvent {
  readonly position: number
  readonly reason: string
}

/**
 * Tables of one fingerprint, as they stand.
 *
 * @category model
 * @since 0.1.0
 */
export interface Generation {
  readonly id: number
  readonly readModel: string
  readonly fingerprint: string
  readonly role: 'live' | 'building' | 'kept'
  /** Everything up to this position is in the tables. */
  readonly position: number
  /** The last event in the tables. */
  readonly mark: Option<HistoryMark>
  /** Whether whoever asked owns it. */
  readonly owned: boolean
  readonly epoch: number
  /** Milliseconds since its owner was last at work, by the clock of the database; none if nobody ever was. */
  readonly idle: Option<number>
  /** Why it was stopped. */
  readonly stopped: Option<StopReason>
  readonly skipped: ReadonlyArray<SkippedEvent>
}

/**
 * Why a generation was stopped, as it is stored.
 *
 * @category model
 * @since 0.1.0
 */
export interface StopReason {
  readonly type: 'PoisonEvent' | 'HistoryChanged'
  readonly position: number
  readonly message: string
}

/**
 * A part of the log for one generation: all events after `from` up to `to`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Batch<out E> {
  readonly from: number
  readonly to: number
  readonly events: ReadonlyArray<Recorded<E>>
  /** The last stored event up to `to`, whether or not it counts. */
  readonly mark: Option<HistoryMark>
}

/**
 * An event that a read model can't take in. The read model stops before it; the others go on. Mend the read
 * model, or leave the event out with `skip`.
 *
 * - `decode`: the codec rejects the event
 * - `evolve`: a function of the read model threw
 * - `column`: a value does not fit its column, or a row has another key than it was asked for
 * - `write`: the database refuses the row, for example because of a constraint of your own
 *
 * @category failures
 * @since 0.1.0
 */
export interface PoisonEvent {
  readonly type: 'PoisonEvent'
  readonly readModel: string
  readonly position: number
  readonly stream: string
  readonly reason: 'decode' | 'evolve' | 'column' | 'write'
  readonly cause: unknown
}

/**
 * The tables belong to another fingerprint of the read model, and may not be rebuilt without being asked.
 *
 * @category failures
 * @since 0.1.0
 */
export interface ReadModelChanged {
  readonly type: 'ReadModelChanged'
  readonly readModel: string
  readonly stored: string
  readonly given: string
}

/**
 * The read model was replaced by another fingerprint. `rollBack` makes it live again, if it is still kept.
 *
 * @category failures
 * @since 0.1.0
 */
export interface ReadModelReplaced {
  readonly type: 'ReadModelReplaced'
  readonly readModel: string
}

/**
 * A read model that cannot be kept as tables.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidReadModel {
  readonly type: 'InvalidReadModel'
  readonly readModel: string
  readonly issues: Issues
}

/**
 * The database did not answer, or answered with an error, which is `cause`. Whether a batch was stored is not
 * known; the checkpoint tells.
 *
 * @category failures
 * @since 0.1.0
 */
export interface TablesUnavailable {
  readonly type: 'TablesUnavailable'
  readonly operation: 'prepare' | 'own' | 'apply' | 'status' | 'manage'
  readonly cause: unknown
}

/**
 * Another owner has taken the generation over, or its checkpoint is elsewhere. Nothing was stored.
 *
 * @category failures
 * @since 0.1.0
 */
export interface NotOwned {
  readonly type: 'NotOwned'
  readonly readModel: string
}

/**
 * The database refuses what a batch of several events writes. Smaller batches tell which event it is.
 *
 * @category failures
 * @since 0.1.0
 */
export interface BatchRefused {
  readonly type: 'BatchRefused'
  readonly readModel: string
  readonly cause: unknown
}

/**
 * A generation whose checkpoint moves over events that change nothing in it.
 *
 * @category model
 * @since 0.1.0
 */
export interface CheckpointMove {
  readonly generation: Generation
  readonly from: number
  readonly to: number
  readonly mark: Option<HistoryMark>
}

/**
 * The tables of a database, as seen by one process. An owner that does not renew its leases in time may be
 * replaced.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelTables {
  /**
   * Creates the tables of a read model unless they exist. If they have another fingerprint, `rebuild` starts
   * to build new ones beside them, and `refuse` fails.
   */
  readonly prepare: (
    model: AnyReadModel<never>,
    onChange: 'refuse' | 'rebuild',
  ) => TaskEither<InvalidReadModel | ReadModelChanged | ReadModelReplaced | TablesUnavailable, void>
  /**
   * Takes over what nobody owns, renews what this process owns, and returns all live and building generations
   * of the read models: one statement, for any number of them.
   */
  readonly own: (
    models: ReadonlyArray<AnyReadModel<never>>,
    lease: number,
  ) => TaskEither<TablesUnavailable, ReadonlyArray<Generation>>
  /** Gives back what this process owns, so that others need not wait. */
  readonly release: TaskEither<TablesUnavailable, void>
  /** Whether events concern the read model at all. */
  readonly concerns: <E>(model: AnyReadModel<E>, events: ReadonlyArray<Recorded<E>>) => boolean
  /** Stores a batch, and renews the lease. */
  readonly apply: <E>(
    model: AnyReadModel<E>,
    generation: Generation,
    batch: Batch<E>,
    lease: number,
  ) => TaskEither<PoisonEvent | BatchRefused | NotOwned | TablesUnavailable, void>
  /** Moves checkpoints in one statement; returns the ids of those that moved. */
  readonly advance: (
    moves: ReadonlyArray<CheckpointMove>,
  ) => TaskEither<TablesUnavailable, ReadonlyArray<number>>
  /**
   * Replaces the live generation by the one that was built, which then is the live one, if it has caught up;
   * otherwise returns false. People who query the tables see the old rows, or the new ones.
   */
  readonly swap: (generation: Generation) => TaskEither<TablesUnavailable, boolean>
  /** Records why a generation goes no further. */
  readonly stop: (generation: Generation, reason: StopReason) => TaskEither<TablesUnavailable, void>
  /** All generations of a database. */
  readonly status: TaskEither<TablesUnavailable, ReadonlyArray<Generation>>
  /**
   * Leaves an event out of all generations of a read model that have not taken it in, and lets those go on
   * that were stopped.
   */
  readonly skip: (readModel: string, event: SkippedEvent) => TaskEither<TablesUnavailable, void>
  /** Starts to build the tables again beside the live ones, whatever their fingerprint. */
  readonly rebuild: (
    model: AnyReadModel<never>,
  ) => TaskEither<InvalidReadModel | TablesUnavailable, void>
  /** Lets the kept generation, which has to have the read model's fingerprint, catch up and be live again. */
  readonly rollBack: (
    model: AnyReadModel<never>,
  ) => TaskEither<InvalidReadModel | ReadModelReplaced | TablesUnavailable, void>
  /** Throws away the tables that are kept, or those that are being built. */
  readonly discard: (
    readModel: string,
    role: 'kept' | 'building',
  ) => TaskEither<TablesUnavailable, void>
}
