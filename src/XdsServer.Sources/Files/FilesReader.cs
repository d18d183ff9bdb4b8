using XdsServer.Model;

namespace XdsServer.Sources.Files;

/// <summary>Reads files and folders once, without watching: what the command line needs.</summary>
public static class FilesReader
{
    /// <summary>Reads files and folders (recursively). What cannot be read is in the fragment's diagnostics.</summary>
    public static MeshFragment Read(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var options = new FilesSourceOptions { Paths = paths };
        var state = new FilesState(options);
        var fragment = new FilesFragment(options);
        state.LookAtAll(TimeSpan.Zero);
        fragment.Update(state, TimeProvider.System.GetUtcNow());
        return fragment.Current;
    }
}
