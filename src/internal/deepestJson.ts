/**
 * How deeply JSON may nest in what is stored.
 *
 * @since 0.1.0
 */

/** The deepest nesting: far beyond any event or column, and well before the stack of a reader overflows. */
export const deepestJson = 200
