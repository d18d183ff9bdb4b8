using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>Manifests that come with the program, such as the example mesh: read once, they never change.</summary>
/// <param name="name">The source's name.</param>
/// <param name="manifests">File names (which say whether it is YAML or JSON) and texts.</param>
/// <param name="time">Says when it was read.</param>
public sealed class EmbeddedSource(string name, IReadOnlyList<(string File, ReadOnlyMemory<byte> Text)> manifests, TimeProvider time) : IMeshSource
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public Latest<MeshFragment> Fragment { get; } = new();

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        Fragment.Publish(Read(Name, manifests) with { AsOf = time.GetUtcNow() });
        return Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    /// <summary>What the manifests say.</summary>
    public static MeshFragment Read(string name, IReadOnlyList<(string File, ReadOnlyMemory<byte> Text)> manifests)
    {
        var documents = manifests.SelectMany(m => ManifestText.Decode(m.Text, name, m.File, ManifestLimits.Default, known: null, out _)).ToList();
        var fragment = new MeshFragment { Source = name, IsSynced = true, Diagnostics = [.. documents.SelectMany(d => d.Diagnostics)] };
        return FragmentObjects.Fill(fragment, documents.SelectMany(d => d.Objects).SelectMany(o => o.Objects));
    }
}
