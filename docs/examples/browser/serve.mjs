// Serves a folder to this machine alone: node docs/examples/browser/serve.mjs [folder] [port]
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** The address of the folder, and how to end it. */
export const serve = (folder, port = 0) =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      // a URL has no `..` in its path
      const { pathname } = new URL(request.url, 'http://localhost')
      const file = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname)
      if (!existsSync(file)) {
        response.writeHead(404).end()
        return
      }
      const type = types[extname(file)] ?? 'application/octet-stream'
      response.writeHead(200, { 'content-type': type })
      createReadStream(file).pipe(response)
    })
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}/`,
        close: () => new Promise((done) => server.close(done)),
      }),
    )
  })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = '.build/browser', port = '8080'] = process.argv.slice(2)
  const { url } = await serve(folder, Number(port))
  console.log(`open ${url}`)
}
