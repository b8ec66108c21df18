// What the package offers, read from src/: a file that is directly in src/ or in a ring is a public
// module under its own path; what is in deeper folders is private. The other checks build on this list.
import { readdirSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

/** The TypeScript files under a folder of the project, as sorted paths from its root. */
export const sources = (folder = 'src') =>
  readdirSync(new URL(folder, root), { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort()

// directly in src/ or in a ring; src/order/ shows its index and its codec only
const isPublic = (file) =>
  file.startsWith('src/order/')
    ? /^src\/order\/(index|codec)\.ts$/.test(file)
    : /^src\/([a-z]+\/)?\w+\.ts$/.test(file) && !file.startsWith('src/internal/')

/** The public modules: the name in `exports`, the source file and the built one. */
export const modules = () =>
  sources()
    .filter(isPublic)
    .map((file) => ({
      name: file.replace(/^src/, '.').replace(/(\/index)?\.ts$/, ''),
      file,
      built: file.replace(/^src\/(.*)\.ts$/, './dist/$1.js'),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
