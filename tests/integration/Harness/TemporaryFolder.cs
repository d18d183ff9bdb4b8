namespace XdsServer.Tests.Integration.Harness;

/// <summary>A folder of a test's own; files appear in it whole or not at all, as a careful deployment writes them.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xds-test-");

    /// <summary>Its absolute path.</summary>
    public string Path => _folder.FullName;

    /// <summary>The absolute path of a file in it.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes or replaces a file with one rename; returns its path.</summary>
    public string Write(string name, string text)
    {
        var target = PathOf(name);
        var draft = PathOf($".{name}.draft");
        File.WriteAllText(draft, text);
        File.Move(draft, target, overwrite: true);
        return target;
    }

    /// <summary>Removes a file.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
