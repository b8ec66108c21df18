// Databases on the server that the run of tests shares.
import { afterAll, beforeAll, inject } from 'vitest'
import { createDatabase } from '../postgres/shared.mjs'

/** The URL of that server, whose user may create databases. */
export const serverUrl = async (): Promise<string> => {
  const response = await fetch(inject('postgres'))
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}

/** An empty database for the tests of a file or a suite: call it there, and the result in the tests for its URL. */
export const useDatabase = (): (() => string) => {
  let database: Awaited<ReturnType<typeof createDatabase>> | undefined
  beforeAll(async () => {
    database = await createDatabase(await serverUrl())
  })
  afterAll(async () => {
    await database?.drop()
  })
  return () => {
    if (database === undefined) throw new Error('the database is made before the first test')
    return database.url
  }
}
