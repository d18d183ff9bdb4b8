namespace XdsServer.Model;

/// <summary>Reads objects from somewhere and keeps the newest fragment of them.</summary>
public interface IMeshSource
{
    /// <summary>A name for people, unique among the configured sources, for example <c>files</c>.</summary>
    string Name { get; }

    /// <summary>What it knows now.</summary>
    Latest<MeshFragment> Fragment { get; }

    /// <summary>
    /// Reads until cancelled. Losing the other side is not an end: the last good fragment stays, <see cref="MeshFragment.Problem"/> says why.
    /// </summary>
    Task RunAsync(CancellationToken cancellationToken);
}
