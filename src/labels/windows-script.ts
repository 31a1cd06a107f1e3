/**
 * What Windows PowerShell 5.1, part of every Windows since 10, is asked to run. Everything comes in through environment
 * variables, so nothing a label says can become a command. Answers one line of JSON: `{state, entry, detail}`.
 *
 * `submit` with ZPL hands the bytes to the queue unchanged (winspool, data type RAW: the printer behind it has to speak
 * ZPL). With PDF, which Windows queues do not take, the pages are drawn by Windows' own reader (Windows.Data.Pdf) and
 * printed through the driver at their real size. `look` tells a job's state words (PrintManagement), `cancel` removes it.
 */
export const WINDOWS_SCRIPT = `
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$queue = $env:TALLYDOCK_PRINT_QUEUE
$title = $env:TALLYDOCK_PRINT_TITLE
$file = $env:TALLYDOCK_PRINT_FILE
$entry = $env:TALLYDOCK_PRINT_ENTRY

function Answer([string]$state, [string]$entry, [string]$detail) {
  @{ state = $state; entry = $entry; detail = $detail } | ConvertTo-Json -Compress
  exit 0
}

function Find-Job([string]$number) {
  Get-PrintJob -PrinterName $queue | Where-Object { "$($_.Id)" -eq $number }
}

function Send-Raw {
  Add-Type -TypeDefinition @'
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
public static class DockSpool {
  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
  public class Info { public string Name; public string Output; public string Type; }
  [DllImport("winspool.drv", EntryPoint = "OpenPrinterW", SetLastError = true, CharSet = CharSet.Unicode)]
  static extern bool OpenPrinter(string name, out IntPtr printer, IntPtr defaults);
  [DllImport("winspool.drv", EntryPoint = "StartDocPrinterW", SetLastError = true, CharSet = CharSet.Unicode)]
  static extern int StartDocPrinter(IntPtr printer, int level, [In] Info info);
  [DllImport("winspool.drv", SetLastError = true)]
  static extern bool WritePrinter(IntPtr printer, byte[] bytes, int count, out int written);
  [DllImport("winspool.drv", SetLastError = true)]
  static extern bool EndDocPrinter(IntPtr printer);
  [DllImport("winspool.drv", SetLastError = true)]
  static extern bool AbortPrinter(IntPtr printer);
  [DllImport("winspool.drv", SetLastError = true)]
  static extern bool ClosePrinter(IntPtr printer);
  public static int Send(string queue, string title, byte[] bytes) {
    IntPtr printer;
    if (!OpenPrinter(queue, out printer, IntPtr.Zero)) throw new Win32Exception(Marshal.GetLastWin32Error());
    try {
      var info = new Info { Name = title, Type = "RAW" };
      int job = StartDocPrinter(printer, 1, info);
      if (job == 0) throw new Win32Exception(Marshal.GetLastWin32Error());
      int written;
      if (!WritePrinter(printer, bytes, bytes.Length, out written) || written != bytes.Length) {
        int why = Marshal.GetLastWin32Error();
        AbortPrinter(printer);
        throw new Win32Exception(why);
      }
      if (!EndDocPrinter(printer)) throw new Win32Exception(Marshal.GetLastWin32Error());
      return job;
    } finally { ClosePrinter(printer); }
  }
}
'@
  [DockSpool]::Send($queue, $title, [System.IO.File]::ReadAllBytes($file))
}

function Wait-Async($operation, $type) {
  $name = if ($type) { 'IAsyncOperation\`1' } else { 'IAsyncAction' }
  $method = [System.WindowsRuntimeSystemExtensions].GetMethods() | Where-Object {
    $_.Name -eq 'AsTask' -and $_.GetParameters().Count -eq 1 -and $_.GetParameters()[0].ParameterType.Name -eq $name
  } | Select-Object -First 1
  if ($type) { $method = $method.MakeGenericMethod($type) }
  $task = $method.Invoke($null, @($operation))
  [void]$task.Wait()
  if ($type) { $task.Result }
}

function Send-Pages {
  Add-Type -AssemblyName System.Drawing
  Add-Type -AssemblyName System.Runtime.WindowsRuntime
  [void][Windows.Storage.StorageFile, Windows.Storage, ContentType = WindowsRuntime]
  [void][Windows.Data.Pdf.PdfDocument, Windows.Data.Pdf, ContentType = WindowsRuntime]
  [void][Windows.Storage.Streams.InMemoryRandomAccessStream, Windows.Storage.Streams, ContentType = WindowsRuntime]
  $stored = Wait-Async ([Windows.Storage.StorageFile]::GetFileFromPathAsync($file)) ([Windows.Storage.StorageFile])
  $pdf = Wait-Async ([Windows.Data.Pdf.PdfDocument]::LoadFromFileAsync($stored)) ([Windows.Data.Pdf.PdfDocument])
  $script:pictures = @(for ($at = 0; $at -lt $pdf.PageCount; $at++) {
    $page = $pdf.GetPage($at)
    $stream = New-Object Windows.Storage.Streams.InMemoryRandomAccessStream
    $options = New-Object Windows.Data.Pdf.PdfPageRenderOptions
    # A page is measured in units of 1/96 inch; 600 dots per inch keep every bar of a code its width.
    $options.DestinationWidth = [uint32]($page.Size.Width * 600 / 96)
    Wait-Async ($page.RenderToStreamAsync($stream, $options)) $null
    @{
      Image = [System.Drawing.Image]::FromStream([System.IO.WindowsRuntimeStreamExtensions]::AsStream($stream))
      Width = $page.Size.Width * 100 / 96
      Height = $page.Size.Height * 100 / 96
    }
  })
  $before = @(Get-PrintJob -PrinterName $queue | ForEach-Object { $_.Id })
  $document = New-Object System.Drawing.Printing.PrintDocument
  $document.PrinterSettings.PrinterName = $queue
  $document.DocumentName = $title
  $document.PrintController = New-Object System.Drawing.Printing.StandardPrintController
  $script:next = 0
  $document.add_PrintPage({
    param($source, $page)
    $picture = $script:pictures[$script:next]
    $settings = $page.PageSettings
    $page.Graphics.DrawImage($picture.Image, [single](-$settings.HardMarginX), [single](-$settings.HardMarginY),
      [single]$picture.Width, [single]$picture.Height)
    $script:next++
    $page.HasMorePages = $script:next -lt $script:pictures.Count
  })
  $document.Print()
  Get-PrintJob -PrinterName $queue | Where-Object { $_.DocumentName -eq $title -and $before -notcontains $_.Id } |
    Select-Object -First 1 -ExpandProperty Id
}

try {
  $printer = Get-Printer | Where-Object { $_.Name -eq $queue }
  if (-not $printer) { Answer 'missing' '' $queue }
  switch ($env:TALLYDOCK_PRINT_DO) {
    'submit' {
      $number = if ($env:TALLYDOCK_PRINT_FORMAT -eq 'zpl') { Send-Raw } else { Send-Pages }
      Answer 'submitted' "$number" ''
    }
    'look' {
      $job = if ($entry) { Find-Job $entry }
      if ($job) { Answer 'there' $entry "$($job.JobStatus), $($printer.PrinterStatus)" }
      Answer 'gone' $entry "$($printer.PrinterStatus)"
    }
    'cancel' {
      $job = if ($entry) { Find-Job $entry }
      if ($job) { $job | Remove-PrintJob }
      Answer 'cancelled' $entry ''
    }
  }
} catch {
  Answer 'failed' '' $_.Exception.Message
}
`
