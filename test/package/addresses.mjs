// Where the project is on the web. The `repository` of package.json is the one place that says so; the
// fields beside it, and the links of pages that leave the repository, follow from it.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

/** What the package.json of a project says about its addresses, and what follows from that. */
export const addresses = (root) => {
  const { repository, homepage, bugs } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const url = repository.url.replace(/^git\+|\.git$/g, '')
  const [owner, name] = new URL(url).pathname.slice(1).split('/')
  return {
    repository: url,
    written: { homepage, bugs },
    derived: { homepage: `https://${owner}.github.io/${name}/`, bugs: `${url}/issues` },
  }
}

export const isFolder = (root, path) =>
  existsSync(join(root, path)) && statSync(join(root, path)).isDirectory()

/** Where a file or folder of the project stands in its repository. */
export const addressOf = (root, { repository }, { path, anchor }) =>
  `${repository}/${isFolder(root, path) ? 'tree' : 'blob'}/main/${path}${anchor}`

/**
 * What a link on a page leads to in the project: a path from the root, and an anchor. Undefined where
 * it leads elsewhere. A link into the repository of another owner counts, so that it can be corrected.
 */
export const placeOf = ({ repository }, page, link) => {
  const name = repository.split('/').at(-1)
  const inRepository = new RegExp(
    `^https://github\\.com/[^/]+/${name}/(?:blob|tree)/main/([^#]*)(#.*)?$`,
  )
  const [, path, hash = ''] = inRepository.exec(link) ?? []
  if (path !== undefined) return { path: decodeURI(path), anchor: hash }
  if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(link)) return undefined
  const [, relative, anchor = ''] = /^([^#]*)(#.*)?$/.exec(link)
  const target = relative === '' ? page : posix.join(posix.dirname(page), decodeURI(relative))
  return { path: target.replace(/\/$/, ''), anchor }
}
