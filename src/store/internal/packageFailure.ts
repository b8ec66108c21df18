/**
 * Drivers are optional packages, loaded when they are needed.
 *
 * @since 0.1.0
 */
import type { MissingPackage } from './databaseFailures.ts'
import { errorCode } from './errorCode.ts'

/** Why a package could not be loaded. */
export const packageFailure = (name: string, cause: unknown): unknown => {
  const missing: MissingPackage = { type: 'MissingPackage', name, cause }
  return errorCode(cause) === 'ERR_MODULE_NOT_FOUND' ? missing : cause
}
