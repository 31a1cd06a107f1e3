/**
 * What Windows PowerShell 5.1 (part of every Windows since 10) is asked to run. Disk numbers are whole numbers of ours; a
 * volume path is one Windows gave and is checked before; a key comes over standard input. Nothing a drive says becomes part
 * of a script. Each answers one line of JSON.
 *
 * Classes and properties: Microsoft, Storage Management API (`MSFT_Disk`, `MSFT_Partition`, `MSFT_Volume`), `Win32_DiskDrive`,
 * `Win32_PageFileUsage`, `Win32_EncryptableVolume` (UnlockWithNumericalPassword, Lock), device properties `DEVPKEY_Device_*`.
 */
const HEAD = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
[Console]::InputEncoding = New-Object System.Text.UTF8Encoding $false
`

export const LIST_SCRIPT = `${HEAD}
function Property([string]$id, [string]$key) {
  (Get-PnpDeviceProperty -InstanceId $id -KeyName "DEVPKEY_Device_$key" -ErrorAction SilentlyContinue).Data
}
$drives = @(Get-CimInstance Win32_DiskDrive | ForEach-Object {
  $parent = Property $_.PNPDeviceID 'Parent'
  $arrived = Property $_.PNPDeviceID 'LastArrivalDate'
  @{ index = $_.Index; pnp = $_.PNPDeviceID; parent = $parent; model = $_.Model
     arrived = if ($arrived) { $arrived.ToFileTimeUtc() } else { $null }
     places = @(if ($parent) { Property $parent 'LocationPaths' }) }
})
$disks = @(Get-Disk | ForEach-Object {
  @{ number = $_.Number; serial = $_.SerialNumber; bus = "$($_.BusType)"; size = $_.Size; sector = $_.LogicalSectorSize
     boot = $_.IsBoot; system = $_.IsSystem; readOnly = $_.IsReadOnly }
})
$partitions = @(Get-Partition | ForEach-Object {
  @{ disk = $_.DiskNumber; number = $_.PartitionNumber; size = $_.Size; type = "$($_.Type)"; gpt = $_.GptType
     letter = "$($_.DriveLetter)".Trim([char]0); paths = @($_.AccessPaths) }
})
$volumes = @(Get-Volume | ForEach-Object {
  @{ path = $_.Path; fileSystem = "$($_.FileSystemType)"; letter = "$($_.DriveLetter)".Trim([char]0) }
})
$pages = @(Get-CimInstance Win32_PageFileUsage | ForEach-Object { $_.Name })
@{ disks = $disks; drives = $drives; partitions = $partitions; volumes = $volumes; pages = $pages } |
  ConvertTo-Json -Depth 4 -Compress
`

/** Write-protects a disk before anything reads it. */
export function protectScript(diskNumber: number): string {
  return `${HEAD}
Set-Disk -Number ${diskNumber} -IsReadOnly $true
@{ readOnly = (Get-Disk -Number ${diskNumber}).IsReadOnly } | ConvertTo-Json -Compress
`
}

/** Both read the volume's path from the first line of input, the key from the second. */
const FIND_VOLUME = `
$path = [Console]::In.ReadLine()
$key = [Console]::In.ReadLine()
$volume = Get-CimInstance -Namespace root/cimv2/security/microsoftvolumeencryption Win32_EncryptableVolume |
  Where-Object { $_.DeviceID -eq $path }
`

/** \`state\`: 0 absent, 1 encryptable but plain, 2 locked, 3 unlocked; \`code\`: what the unlocking method returned. */
export const UNLOCK_SCRIPT = `${HEAD}${FIND_VOLUME}
if (-not $volume) { @{ state = 0 } | ConvertTo-Json -Compress; exit 0 }
if ($volume.ProtectionStatus -eq 0) { @{ state = 1 } | ConvertTo-Json -Compress; exit 0 }
$locked = (Invoke-CimMethod -InputObject $volume -MethodName GetLockStatus).LockStatus
if ($locked -eq 0) { @{ state = 3 } | ConvertTo-Json -Compress; exit 0 }
if (-not $key) { @{ state = 2 } | ConvertTo-Json -Compress; exit 0 }
$result = Invoke-CimMethod -InputObject $volume -MethodName UnlockWithNumericalPassword -Arguments @{ NumericalPassword = $key }
@{ state = if ($result.ReturnValue -eq 0) { 3 } else { 2 }; code = $result.ReturnValue } | ConvertTo-Json -Compress
`

export const LOCK_SCRIPT = `${HEAD}${FIND_VOLUME}
if ((-not $volume) -or ($volume.ProtectionStatus -eq 0)) { @{ code = 0 } | ConvertTo-Json -Compress; exit 0 }
$result = Invoke-CimMethod -InputObject $volume -MethodName Lock -Arguments @{ ForceDismount = $true }
@{ code = $result.ReturnValue } | ConvertTo-Json -Compress
`

/** The script as \`-EncodedCommand\` takes it: UTF-16, base64. No quoting, no shell. */
export function encoded(script: string): readonly string[] {
  const text = Buffer.from(script, 'utf16le').toString('base64')
  return ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', text]
}
