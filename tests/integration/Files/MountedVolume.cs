using System.Diagnostics;

namespace XdsServer.Tests.Integration.Files;

/// <summary>Writes a folder as the kubelet does: a new data folder, then one rename of the link that all visible names go through.</summary>
internal sealed class MountedVolume(string path)
{
    private int _revision;

    public void Publish(Dictionary<string, string> files)
    {
        var data = $"..2026_{++_revision}";
        Directory.CreateDirectory(Path.Join(path, data));
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Join(path, data, name), text);
        }

        File.CreateSymbolicLink(Path.Join(path, "..data_tmp"), data);
        Rename(Path.Join(path, "..data_tmp"), Path.Join(path, "..data"));
        foreach (var name in files.Keys.Where(name => !File.Exists(Path.Join(path, name))))
        {
            File.CreateSymbolicLink(Path.Join(path, name), Path.Join("..data", name));
        }
    }

    /// <summary>The runtime cannot rename a link to a folder over another one; mv can.</summary>
    private static void Rename(string from, string to)
    {
        using var move = Process.Start("mv", ["-T", from, to]);
        move.WaitForExit();
        move.ExitCode.Should().Be(0);
    }
}
