/**
 * Alarms for a process. Each append sets one in the same turn; it is deleted once no command is outstanding.
 * While a command is outstanding, an alarm is set.
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { freeze } from '../../codec/internal/json.ts'
import type { Issued, Process } from '../../Process.ts'
import { due, nextDue } from '../../Process.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import { firstOf } from '../../internal/loaded.ts'
import { runProcess } from '../../shell/ProcessRunner.ts'
import type { Checkpoint } from '../../shell/Projector.ts'
import { catchUp } from '../../shell/Projector.ts'
import type { EventStore } from '../../store/EventStore.ts'
import { isAt } from '../../shell/internal/marks.ts'
import { failedAnswer, thrownAnswer } from './wire.ts'
import { showThrown } from '../internal/showing.ts'
import type { DurableAlarms, DurableRun } from './model.ts'
import { left } from '../../internal/either.ts'

/** A process on a store, and how its commands are sent. */
export interface WatchedProcess<in out E, in out P, in out I> {
  readonly bell: AlarmState
  readonly store: EventStore<E>
  readonly process: Process<Recorded<E>, P, I>
  readonly send: (issued: Issued<I>) => TaskEither<unknown, unknown>
  readonly pause: ((attempt: number) => number) | undefined
}

/** What an object remembers of its alarms while it is in memory. */
export interface AlarmState {
  readonly alarms: DurableAlarms
  readonly now: () => Instant
  /** How many appends have begun or ended. */
  appends: number
  /** How many appends are pending: a read of the store may or may not have seen them. */
  appending: number
  /** How often an alarm was set or deleted. */
  changes: number
  /** Whether an alarm is set; `undefined` if unknown. */
  armed: boolean | undefined
  running: boolean
  /**
   * Whether a run that has set its own alarm will still read what is appended now. It becomes `false` in
   * the same turn as the run's last read.
   */
  looking: boolean
}

export const alarmState = (alarms: DurableAlarms, now: () => Instant): AlarmState => ({
  alarms,
  now,
  appends: 0,
  appending: 0,
  changes: 0,
  armed: undefined,
  running: false,
  looking: false,
})

/** The last instant of a `Date`. */
const lastDate = 8_640_000_000_000_000

const arm = (bell: AlarmState, instant: Instant): Promise<void> => {
  bell.changes++
  const set = bell.alarms.setAlarm(Math.min(instant, lastDate))
  bell.armed = true
  return set.catch((cause: unknown) => {
    bell.armed = undefined
    return Promise.reject(cause)
  })
}

const disarm = (bell: AlarmState): Promise<void> => {
  bell.changes++
  bell.armed = false
  return bell.alarms.deleteAlarm()
}

/** Reads whether an alarm is set; the result is dropped if an alarm was set or deleted meanwhile. */
const refreshArmed = async (bell: AlarmState): Promise<void> => {
  const { changes } = bell
  const due = await bell.alarms.getAlarm()
  if (bell.changes === changes) bell.armed = due !== null
}

/**
 * The store with an alarm for every append, set in the same turn: the storage writes both or neither. An
 * append needs none while a run whose alarm is set will still read it.
 */
export const withAlarm = (
  bell: AlarmState,
  store: EventStore<EncodedEvent>,
): EventStore<EncodedEvent> => ({
  ...store,
  append: (commit, options) => async () => {
    bell.appends++
    bell.appending++
    try {
      const set = bell.looking && bell.armed === true ? undefined : arm(bell, bell.now())
      const [appended] = await Promise.all([store.append(commit, options)(), set])
      return appended
    } catch (cause) {
      return left({ type: 'StoreUnavailable', operation: 'append', cause })
    } finally {
      bell.appends++
      bell.appending--
    }
  },
})

/** From a second to half an hour, doubled each time. */
const defaultPause = (attempt: number): number => Math.min(1_000 * 2 ** (attempt - 1), 1_800_000)

/** The default replaces a pause that is not a finite number, for which no alarm can be set. */
const pauseOf = (pause: number, attempt: number): number =>
  Number.isFinite(pause) ? Math.max(0, pause) : defaultPause(attempt)

/** The store, and whether its last read has seen every append. */
const followed = <E>(bell: AlarmState, store: EventStore<E>) => {
  let seen = -1
  const readAll: EventStore<E>['readAll'] = (after, limit, options) => () => {
    seen = bell.appends
    return store.readAll(after, limit, options)()
  }
  return {
    store: { ...store, readAll },
    isUpToDate: () => seen === bell.appends && bell.appending === 0,
  }
}

/** The progress of a process, in memory: a new object reads the events again. */
interface ProcessWatch<in out E, in out P, in out I> extends WatchedProcess<E, P, I> {
  checkpoint: Checkpoint<P>
  /** How many runs in a row have left something outstanding. */
  attempt: number
}

/** `settle`, after a request: keeps the alarm if a command is outstanding. `run`, at an alarm: sends it. */
export const watch = <E, P, I>(
  watching: WatchedProcess<E, P, I>,
): {
  readonly settle: () => Promise<void>
  readonly run: () => Promise<DurableRun>
} => {
  const { bell, process } = watching
  const checkpoint = { position: 0, state: process.initialState }
  const watched: ProcessWatch<E, P, I> = { ...watching, checkpoint, attempt: 0 }
  return {
    // the request was already decided; if this fails, the alarm of its append stays
    settle: () => updateAlarm(watched).catch(() => undefined),
    run: async () => {
      // the platform has deleted the alarm that called this
      bell.armed = undefined
      if (bell.running) return busy(watched)
      bell.running = true
      try {
        return await runAlarm(watched)
      } catch (cause) {
        return thrownAnswer(cause)
      } finally {
        bell.running = false
        bell.looking = false
      }
    },
  }
}

/** During another run: sets a further alarm, in case that run never ends. */
const busy = async <E, P, I>(watched: ProcessWatch<E, P, I>): Promise<DurableRun> => {
  const { bell, pause = defaultPause, attempt } = watched
  try {
    await arm(bell, bell.now() + pauseOf(pause(attempt), attempt))
    return { type: 'Ran', sent: 0, failed: [], outstanding: [] }
  } catch (cause) {
    return thrownAnswer(cause)
  }
}

/** The checkpoint if the store still holds what it has read, else the initial one. */
const known = async <E, P, I>(watched: ProcessWatch<E, P, I>): Promise<Checkpoint<P>> => {
  const { checkpoint, store, process } = watched
  const { position, commitId, recordedAt, end = position } = checkpoint
  if (end === 0) return checkpoint
  const read = await store.readAll(Math.max(0, position - 1), 1)()
  const isKept =
    read._tag === 'Right' &&
    read.right.head >= end &&
    (commitId === undefined || isAt({ commitId, position, recordedAt }, firstOf(read.right.events)))
  return isKept ? checkpoint : { position: 0, state: process.initialState }
}

const updateAlarm = async <E, P, I>(watched: ProcessWatch<E, P, I>): Promise<void> => {
  const { bell, process } = watched
  const { store, isUpToDate } = followed(bell, watched.store)
  const caughtUp = await catchUp(store, process)(await known(watched))()
  // if reading failed, the alarm stays; a run in progress or a later append sets its own
  if (caughtUp._tag === 'Left' || bell.running || !isUpToDate()) return
  watched.checkpoint = caughtUp.right
  const { state } = caughtUp.right
  const later = nextDue(process)(state, bell.now())
  if (due(process)(state, bell.now()).length > 0) {
    // emptying the storage deletes the alarm, so memory may be wrong
    await refreshArmed(bell)
    if (bell.armed !== true) await arm(bell, bell.now())
    return
  }
  watched.attempt = 0
  if (later._tag === 'Some') await arm(bell, later.value)
  else if (bell.armed === true) await disarm(bell)
}

/** Handles an alarm. The next one is set before any command is sent. */
const runAlarm = async <E, P, I>(watched: ProcessWatch<E, P, I>): Promise<DurableRun> => {
  const { bell, process, send, pause = defaultPause } = watched
  watched.attempt++
  const { attempt } = watched
  const later = (): Promise<void> => arm(bell, bell.now() + pauseOf(pause(attempt), attempt))
  await later()
  bell.looking = true
  const { store, isUpToDate } = followed(bell, watched.store)
  const ran = await runProcess({ store, process, send, now: bell.now })(await known(watched))()
  // this was the last read: later appends set their own alarm
  bell.looking = false
  if (ran._tag === 'Left') {
    if (bell.armed !== true) await later()
    return failedAnswer(ran.left)
  }
  const { checkpoint, sent, outstanding } = ran.right
  watched.checkpoint = checkpoint
  const next = nextDue(process)(checkpoint.state, bell.now())
  if (!isUpToDate()) await arm(bell, bell.now())
  else if (due(process)(checkpoint.state, bell.now()).length > 0) {
    const again = bell.now() + pauseOf(pause(attempt), attempt)
    if (next._tag === 'Some' && next.value < again) await arm(bell, next.value)
    else {
      await refreshArmed(bell)
      if (bell.armed !== true) await later()
    }
  } else {
    watched.attempt = 0
    await (next._tag === 'Some' ? arm(bell, next.value) : disarm(bell))
  }
  return {
    type: 'Ran',
    sent,
    failed: ran.right.failed.map(({ issued, failure }) => ({
      id: issued.id,
      reason: reasonOf(failure),
    })),
    outstanding: outstanding.map(({ id }) => id),
  }
}

/** A failure as a string: itself, as JSON, or as `String` shows it. */
const reasonOf = (failure: unknown): string => {
  const data = freeze(failure)
  if (data._tag === 'Left') return showThrown(failure)
  return typeof data.right === 'string' ? data.right : JSON.stringify(data.right)
}
