/** Who changed a record last, each author with the cursor of that change: `{"dock-1": 17, "service": 12}`. */
export const WHO_CHANGED = `
alter table records add column changed text not null default '{}';
`
