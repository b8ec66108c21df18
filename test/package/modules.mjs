// What the package offers, read from src/: every file is a public module under its own path, save
// that src/order/ shows only its index and its codec, and that a file whose header says @internal
// is shown to nobody. The other checks build on this list.
import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

/** The TypeScript files under a folder of the project, as sorted paths from its root. */
export const sources = (folder = 'src') =>
  readdirSync(new URL(folder, root), { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort()

const isPrivate = (file) =>
  /^src\/order\/(?!index\.ts$|codec\.ts$)/.test(file) ||
  /^\/\*\*((?!\*\/)[^])*@internal/.test(readFileSync(new URL(file, root), 'utf8'))

/** The public modules: the name in `exports`, the source file and the built one. */
export const modules = () =>
  sources()
    .filter((file) => !isPrivate(file))
    .map((file) => ({
      name: file.replace(/^src/, '.').replace(/(\/index)?\.ts$/, ''),
      file,
      built: file.replace(/^src\/(.*)\.ts$/, './dist/$1.js'),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
