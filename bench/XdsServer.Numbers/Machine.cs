using System.Diagnostics;
using System.Runtime.InteropServices;

namespace XdsServer.Numbers;

/// <summary>Where and on what a measurement ran.</summary>
internal static class Machine
{
    public static string Describe(string program) => string.Join(
        Environment.NewLine,
        $"date     {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC",
        $"machine  {Environment.ProcessorCount} cores, {Memory()} GiB, {Os()} {RuntimeInformation.OSArchitecture}, .NET {Environment.Version}, load {Load()} at the start",
        $"commit   {Git("rev-parse --short HEAD")}{(Git("status --porcelain --untracked-files=no").Length > 0 ? " with local changes" : "")}",
        $"program  {Path.GetFileName(Path.GetDirectoryName(program))}/{Path.GetFileName(program)}",
        "");

    /// <summary>The load average of the last minute: on a busy machine, times mean little and processor time a little more.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Os() => OperatingSystem.IsLinux() ? "Linux" : RuntimeInformation.OSDescription;

    private static long Memory() => (long)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30));

    private static string Git(string arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return git.StandardOutput.ReadToEnd().Trim();
    }
}
