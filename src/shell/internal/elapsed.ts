/**
 * A pause.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'

/** Waits so many milliseconds. */
export const elapsed = (milliseconds: number): Promise<Either<never, void>> =>
  new Promise((resume) => setTimeout(resume, milliseconds, right(undefined)))
