import { PROVIDER } from '../../contract/import-export-api.ts'

const operation = (name: string, resource: string, words: string, description: string) => ({
  name: `${PROVIDER}/${name}`,
  display: { provider: 'Microsoft Import/Export', resource, operation: words, description },
})

/** What can be done here, as the operations list names it. */
export const OPERATIONS = [
  operation('jobs/write', 'jobs', 'Create or update a job', 'Creates a job or changes one.'),
  operation('jobs/read', 'jobs', 'Read jobs', 'Reads one job, or lists jobs.'),
  operation('jobs/delete', 'jobs', 'Delete a job', 'Deletes a job in Creating or Completed.'),
  operation(
    'jobs/listBitLockerKeys/action',
    'jobs',
    'List BitLocker keys',
    'Reads the BitLocker keys of a job; each reading is recorded.',
  ),
  operation('locations/read', 'locations', 'Read locations', 'Lists the places drives can be sent to.'),
  operation('register/action', 'register', 'Register', 'Registers a subscription for the provider.'),
] as const
