import { describe, expect, test } from 'vitest'
import { FEATURES, LAYERS, type Layer } from '../../build/check/layers.ts'
import { prove } from '../../build/check/planted.ts'
import { judge } from '../../build/check/rules.ts'
import { readSource } from '../../build/check/source.ts'

describe('the layer rules', () => {
  test('find every planted violation and accuse no innocent line', () => {
    const proof = prove()
    expect(proof.errors).toEqual([])
    expect(proof.planted).toBeGreaterThan(500)
  })

  test('cannot pass the proof while one of them is blind', () => {
    // Given a planted line said to break a rule that in truth it keeps, as a blind rule would see it
    const blind = prove([{ file: 'src/sync/lane.ts', lines: [['const at = new Date(0)', 'clock']] }])
    expect(blind.errors).toEqual(['not found: src/sync/lane.ts:1 clock: const at = new Date(0)'])
  })

  test('cannot pass the proof while one of them accuses the innocent', () => {
    const jumpy = prove([{ file: 'src/sync/lane.ts', lines: [['const now = Date.now()']] }])
    expect(jumpy.errors).toEqual(['innocent, but accused: src/sync/lane.ts:1 clock'])
  })

  test('say in one sentence what may be imported instead', () => {
    const source = readSource('src/ports/log.ts', "import type { Journal } from '../ledger/journal.ts'")
    expect(judge('src/ports/log.ts', source)).toEqual([
      {
        rule: 'layer',
        file: 'src/ports/log.ts',
        line: 1,
        sentence:
          'src/ports may not import src/ledger/journal.ts; ' +
          'it may import types of src/lifecycle, types of src/contract',
      },
    ])
  })
})

describe('the layer table', () => {
  const layers: [string, Layer][] = Object.entries(LAYERS)

  test('lets no feature import another', () => {
    for (const feature of FEATURES)
      expect(
        LAYERS[feature].ours.filter((place) => FEATURES.some((other) => place.startsWith(other))),
      ).toEqual([])
  })

  test('lets nothing but test import test', () => {
    const importers = layers.filter(([, layer]) =>
      [...layer.ours, ...(layer.types ?? [])].some((p) => p.startsWith('test')),
    )
    expect(importers).toEqual([])
  })

  test('names the package electron only for electron', () => {
    const users = layers.filter(([, layer]) => layer.packages.includes('electron')).map(([name]) => name)
    expect(users).toEqual(['electron', 'electron/preload'])
  })

  test('has no circle', () => {
    const reaches = (name: string, seen: readonly string[]): string[] => {
      if (seen.includes(name)) return [[...seen, name].join(' -> ')]
      const layer = layers.find(([other]) => other === name)?.[1]
      const next = [...(layer?.ours ?? []), ...(layer?.types ?? [])].map(
        (place) => layers.find(([other]) => place === other || place.startsWith(`${other}/`))?.[0],
      )
      return next.flatMap((other) => (other === undefined ? [] : reaches(other, [...seen, name])))
    }
    expect(layers.flatMap(([name]) => reaches(name, []))).toEqual([])
  })
})
