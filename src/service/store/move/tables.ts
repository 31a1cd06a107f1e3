/** Every table of the service's database, with its columns in one order and the key that orders its rows. */
export interface Table {
  readonly name: string
  readonly columns: Readonly<Record<string, 'text' | 'bigint'>>
  readonly key: string
}

export const TABLES: readonly Table[] = [
  {
    name: 'change_log',
    columns: {
      cursor: 'bigint',
      station: 'text',
      seq: 'bigint',
      id: 'text',
      kind: 'text',
      hash: 'text',
      chain: 'text',
      text: 'text',
      at: 'bigint',
      personal_key: 'text',
      personal_hash: 'text',
    },
    key: 'cursor',
  },
  {
    name: 'records',
    columns: { kind: 'text', id: 'text', due: 'bigint', body: 'text', changed: 'text' },
    key: 'kind, id',
  },
  {
    name: 'lookups',
    columns: { kind: 'text', field: 'text', value: 'text', id: 'text' },
    key: 'kind, field, value, id',
  },
  { name: 'documents', columns: { job: 'text', body: 'text' }, key: 'job' },
  {
    name: 'personal',
    columns: { key: 'text', salt: 'text', text: 'text', hash: 'text', to_erase: 'bigint' },
    key: 'key',
  },
  {
    name: 'sealed_keys',
    columns: { job: 'text', serial: 'text', drive_id: 'text', sealed: 'text' },
    key: 'job, serial',
  },
  {
    name: 'tokens',
    columns: {
      id: 'text',
      hash: 'text',
      role: 'text',
      subscription: 'text',
      name: 'text',
      created_at: 'bigint',
      revoked_at: 'bigint',
    },
    key: 'id',
  },
  { name: 'meta', columns: { name: 'text', value: 'text' }, key: 'name' },
]

export type Cell = string | number | null
export type Row = readonly Cell[]

export const columnsOf = (table: Table): string => Object.keys(table.columns).join(', ')
