// The database, in a worker. Each tab starts one of these; the worker of one tab runs the database,
// the others wait until that tab is gone.
import { PGlite } from '@electric-sql/pglite'
import { worker } from '@electric-sql/pglite/worker'

await worker({
  init: async ({ dataDir }) => {
    const database = await PGlite.create(dataDir ?? 'memory://')
    // A tab asks for the files to be written once at the end of each query. Without this they would
    // be written at each of the ten messages of a query, too, which on IndexedDB takes most of the time.
    const send = database.execProtocolStream.bind(database)
    database.execProtocolStream = (message, options) =>
      send(message, { ...options, syncToFs: false })
    return database
  },
})
