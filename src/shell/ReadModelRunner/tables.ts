/**
 * The port to the tables of read models: each batch is stored in one transaction with its checkpoint.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issues } from '../../codec/Codec.ts'
import type { ReadModel } from '../../ReadModel.ts'
import type { Recorded } from '../../Recorded.ts'
import type { HistoryMark } from '../../store/EventStore.ts'

/**
 * A read model of events `E`, with any tables.
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
 * The tables of one fingerprint of a read model, and their state.
 *
 * @category model
 * @since 0.1.0
 */
export interface Generation {
  readonly id: number
  readonly readModel: string
  readonly fingerprint: string
  readonly role: 'live' | 'building' | 'kept'
  /** The checkpoint: everything up to this position is in the tables. */
  readonly position: number
  /** The last event in the tables. */
  readonly mark: Option<HistoryMark>
  /** Whether the caller owns it. */
  readonly owned: boolean
  readonly epoch: number
  /** Milliseconds since its owner last worked on it, by the clock of the database; none if it never had one. */
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
 * A batch of events for one generation: all after `from` up to `to`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Batch<out E> {
  readonly from: number
  readonly to: number
  readonly events: ReadonlyArray<Recorded<E>>
  /** The last stored event up to `to`, even if it does not concern the read model. */
  readonly mark: Option<HistoryMark>
}

/**
 * An event that can't be applied to a read model. The read model stops before it; the others continue. Fix the
 * read model, or leave the event out with `skip`.
 *
 * - `decode`: the codec rejects the event
 * - `evolve`: a function of the read model threw
 * - `column`: a value does not fit its column, or a row has another key than the one it was evolved for
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
 * The tables belong to another fingerprint of the read model, and rebuilding them was not asked for.
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
 * The generation was replaced by one of another fingerprint. `rollBack` makes it live again, if it is still
 * kept.
 *
 * @category failures
 * @since 0.1.0
 */
export interface ReadModelReplaced {
  readonly type: 'ReadModelReplaced'
  readonly readModel: string
}

/**
 * The read model can't be kept as tables.
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
 * The database did not answer, or answered with an error, which is `cause`. It is unknown whether a batch was
 * stored; the checkpoint tells.
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
 * Another owner has taken the generation over, or its checkpoint has moved. Nothing was stored.
 *
 * @category failures
 * @since 0.1.0
 */
export interface NotOwned {
  readonly type: 'NotOwned'
  readonly readModel: string
}

/**
 * The database refuses the rows of a batch of several events. Smaller batches show which event is the cause.
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
 * Moves the checkpoint of a generation over events that do not concern it.
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
 * Several processes may keep the same read models. Each read model has one owner at a time, which has to
 * renew its lease. A fencing token, the epoch, changes with the owner: a batch is stored only if epoch and
 * checkpoint are still those that it starts from, so a late batch of an earlier owner stores nothing.
 *
 * A generation is the tables of one fingerprint of a read model: the `live` one, which people query; one that
 * is `building` to replace it; and one that is `kept` to go back to.
 *
 * Laws:
 *
 * 1. a batch is stored together with its checkpoint, or not at all
 * 2. the rows are those of `inMemory` up to the checkpoint, without the skipped events, whatever was
 *    interrupted and however many processes were at work
 * 3. the checkpoint of a generation never moves back
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadModelTables {
  /**
   * Creates the tables of a read model unless they exist. If they have another fingerprint, `rebuild` starts to
   * build new ones beside them; `refuse` fails with `ReadModelChanged`.
   */
  readonly prepare: (
    model: AnyReadModel<never>,
    onChange: 'refuse' | 'rebuild',
  ) => TaskEither<InvalidReadModel | ReadModelChanged | ReadModelReplaced | TablesUnavailable, void>
  /**
   * Takes over generations that nobody owns, renews the leases of this owner, and returns all live and building
   * generations of the read models: one statement for any number of them.
   */
  readonly own: (
    models: ReadonlyArray<AnyReadModel<never>>,
    lease: number,
  ) => TaskEither<TablesUnavailable, ReadonlyArray<Generation>>
  /** Releases everything that this process owns, so that others need not wait for the lease. */
  readonly release: TaskEither<TablesUnavailable, void>
  /** Whether any of the events concerns the read model. */
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
   * Makes a building generation the live one, if it has caught up; otherwise returns false. A query sees either
   * the old rows or the new ones.
   */
  readonly swap: (generation: Generation) => TaskEither<TablesUnavailable, boolean>
  /** Records why a generation was stopped. */
  readonly stop: (generation: Generation, reason: StopReason) => TaskEither<TablesUnavailable, void>
  /** All generations of a database. */
  readonly status: TaskEither<TablesUnavailable, ReadonlyArray<Generation>>
  /**
   * Leaves an event out of all generations of a read model that have not applied it yet, and lets stopped ones
   * continue.
   */
  readonly skip: (readModel: string, event: SkippedEvent) => TaskEither<TablesUnavailable, void>
  /** Starts to rebuild the tables beside the live ones, whatever their fingerprint. */
  readonly rebuild: (
    model: AnyReadModel<never>,
  ) => TaskEither<InvalidReadModel | TablesUnavailable, void>
  /** Lets the kept generation catch up and become live again; it must have the read model's fingerprint. */
  readonly rollBack: (
    model: AnyReadModel<never>,
  ) => TaskEither<InvalidReadModel | ReadModelReplaced | TablesUnavailable, void>
  /** Discards the tables that are kept, or those that are being built. */
  readonly discard: (
    readModel: string,
    role: 'kept' | 'building',
  ) => TaskEither<TablesUnavailable, void>
}
