/**
 * Turns of writers that meet on a stream.
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/lib/Task.js'
import type { Loaded } from '../../Recorded.ts'

/**
 * The turn of one writer on a stream: until it ends, others that ask for one wait.
 *
 * @category model
 * @since 0.1.0
 */
export interface Turn<out E> {
  /** The events after the version that was asked for, read when the turn had come. `undefined` if none were read. */
  readonly loaded: Loaded<E> | undefined
  /** Lets the next writer go. Later calls do nothing. */
  readonly end: () => void
}

/**
 * Turns on the streams of a store. They are only hints: nothing keeps a writer from appending without one, and the
 * expected version decides.
 *
 * @category model
 * @since 0.1.0
 */
export interface StreamTurns<out E> {
  /**
   * Waits for a turn on a stream, and then reads the events after a version, unless that is `undefined`. Turns are given
   * in the order in which they were asked for, and each ends by itself after some time. Returns `undefined` where it is
   * better to go on without a turn: if none can be had, or not soon.
   */
  readonly take: (stream: string, afterVersion: number | undefined) => Task<Turn<E> | undefined>
  /** Whether somebody had a turn on a stream, or waited for one, at an append of this store since this was asked last. */
  readonly areWanted: (stream: string) => boolean
}
