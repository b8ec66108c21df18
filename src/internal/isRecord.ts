/**
 * Untrusted values that are read field by field.
 *
 * @since 0.1.0
 */

/** Whether a value is an object whose fields can be read by name; arrays are not. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
