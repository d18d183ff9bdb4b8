using System.ComponentModel;
using System.Diagnostics;

namespace XdsServer.Tests.Integration;

/// <summary>Takes Envoy's program out of its published image where Docker is at hand, once per version.</summary>
internal static class EnvoyImage
{
    /// <summary>
    /// The program of <c>envoyproxy/envoy:<paramref name="tag"/></c> under <paramref name="folder"/>, fetched if it is not there yet; null without Docker, without the
    /// image, or on a system that is not Linux.
    /// </summary>
    public static string? Program(string tag, string folder, string docker = "docker")
    {
        var program = Path.Combine(folder, $"envoy-{tag}");
        if (File.Exists(program))
        {
            return program;
        }

        if (!OperatingSystem.IsLinux() || Run(docker, "create", $"envoyproxy/envoy:{tag}") is not { } container)
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        var copied = Run(docker, "cp", $"{container}:/usr/local/bin/envoy", program + ".part");
        Run(docker, "rm", container);
        if (copied is null)
        {
            return null;
        }

        // At once, so that a copy that was cut short is never run.
        File.Move(program + ".part", program, overwrite: true);
        return program;
    }

    // What it printed, or null when it is not there or failed.
    private static string? Run(string docker, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(docker, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
