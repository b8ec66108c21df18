/**
 * Quotes names and values for SQL.
 *
 * @since 0.1.0
 */

/** A name as an identifier in double quotes. */
export const quotedIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A string as a literal in single quotes; a backslash in it is a plain character. */
export const quotedLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`
