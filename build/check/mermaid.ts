/** Turns the project's own tables into Mermaid drawings. Pure. */
import type { Table } from '../../src/lifecycle/cell.ts'
import type { Layer } from './layers.ts'

/**
 * The layer table as a flow chart. An arrow means "may import", a dotted one "types of it only"; a part of a layer is
 * named on the arrow. `features` share one box, and an arrow from the box is what all of them may import.
 */
export function drawLayers(layers: Readonly<Record<string, Layer>>, features: readonly string[]): string {
  const lists = features.map((name) => layers[name]?.ours ?? [])
  const shared = lists[0]?.filter((place) => lists.every((list) => list.includes(place))) ?? []
  const arrows = [
    ...shared.map((place) => arrowTo('features', place, '-->')),
    ...Object.entries(layers).flatMap(([name, layer]) => [
      ...layer.ours
        .filter((place) => !features.includes(name) || !shared.includes(place))
        .map((place) => arrowTo(nodeOf(name), place, '-->')),
      ...(layer.types ?? []).map((place) => arrowTo(nodeOf(name), place, '-.->')),
    ]),
  ]
  const box = ['  subgraph features', ...features.map((name) => `    ${nodeOf(name)}`), '  end']
  return ['flowchart TD', ...box, ...new Set(arrows)].join('\n')

  function arrowTo(from: string, place: string, arrow: string): string {
    const whole = Object.keys(layers).find((name) => place === name || place.startsWith(`${name}/`)) ?? place
    const part = whole === place ? '' : `|${place.slice(whole.length + 1)}|`
    return `  ${from} ${arrow}${part} ${features.includes(whole) ? 'features' : nodeOf(whole)}`
  }
}

/** A node named like its folder; identifiers hold no slash. */
function nodeOf(name: string): string {
  const short = name.replace(/^src\//, '')
  return /^\w+$/.test(short) ? short : `${short.replace(/\W/g, '_')}["${short}"]`
}

/** A life cycle as a state diagram. Events that lead the same way share an arrow; no-ops and refusals are not drawn. */
export function drawLifeCycle(table: Table<string, string>): string {
  const states = new Set(Object.keys(table))
  const ways = new Map<string, string[]>()
  for (const [from, row] of Object.entries(table))
    for (const [event, cell] of Object.entries(row)) {
      if (!('to' in cell)) continue
      const to = cell.to === 'came-from' ? 'the state before' : cell.to
      states.add(to)
      const way = `${idOf(from)} --> ${idOf(to)}`
      ways.set(way, [...(ways.get(way) ?? []), event])
    }
  return [
    'stateDiagram-v2',
    ...[...states]
      .filter((state) => idOf(state) !== state)
      .map((state) => `  state "${state}" as ${idOf(state)}`),
    ...Array.from(ways, ([way, events]) => `  ${way}: ${events.join(', ')}`),
  ].join('\n')
}

function idOf(state: string): string {
  return state.replace(/\W/g, '_')
}
