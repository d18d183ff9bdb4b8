using System.Runtime.InteropServices;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>One response: what it changes for the client. Kept until the client has acknowledged or rejected it.</summary>
internal sealed class Update
{
    private readonly List<Resource>? _upserts;
    private readonly List<Resource?>? _replaced;
    private HashSet<string>? _names;

    /// <summary>A response that is made for one stream.</summary>
    public Update(List<Resource> upserts, List<Resource?> replaced, List<string> removed, List<Resource> lost)
    {
        _upserts = upserts;
        _replaced = replaced;
        Removed = removed;
        Lost = lost;
    }

    /// <summary>The step that all wildcard streams take together.</summary>
    public Update(ResourceChange shared) => Shared = shared;

    /// <summary>What the client's list of names stands for; it held nothing of that.</summary>
    public Update(NamedContent listed) => Listed = listed;

    /// <summary>All there is of a type.</summary>
    public Update(Snapshot everything) => Everything = everything;

    /// <summary>Says only that <see cref="Upserts"/> are still good (protocol duty 76); it changes nothing, and nothing waits for its ACK.</summary>
    public bool IsHeartbeat { get; init; }

    /// <summary>Set when the response is exactly this.</summary>
    public ResourceChange? Shared { get; }

    /// <summary>Set when the response is all that a list of names stands for.</summary>
    public NamedContent? Listed { get; }

    /// <summary>Set when the response holds all of the type in this snapshot, and the client may have held anything before.</summary>
    public Snapshot? Everything { get; }

    /// <summary>What is new for the client, unless <see cref="Everything"/> is.</summary>
    public ReadOnlySpan<Resource> Upserts =>
        Listed is not null ? Listed.Resources.AsSpan() : Shared is not null ? Shared.Upserts.AsSpan() : CollectionsMarshal.AsSpan(_upserts);

    /// <summary>For each of <see cref="Upserts"/> what the client held before; null: nothing, or it is not known.</summary>
    public ReadOnlySpan<Resource?> Replaced =>
        Listed is not null ? Listed.Nothing.Span : Shared is not null ? Shared.Replaced.AsSpan() : CollectionsMarshal.AsSpan(_replaced);

    /// <summary>Delta: names for <c>removed_resources</c>, unless <see cref="Shared"/> has them.</summary>
    public IReadOnlyList<string> Removed { get; } = [];

    /// <summary>
    /// Virtual hosts that were asked for and do not exist. Envoy goes on with the request that waits for one only when it is told by an entry without a body;
    /// <c>removed_resources</c> leaves the request hanging.
    /// </summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>The forms that the client held of what is taken away.</summary>
    public IReadOnlyList<Resource> Lost { get; } = [];

    /// <summary>The number in the response's nonce.</summary>
    public long Nonce { get; set; }

    /// <summary>The type's version that the response carries.</summary>
    public ContentHash Version { get; set; }

    /// <summary>When it was written.</summary>
    public TimeSpan SentAt { get; set; }

    /// <summary>How many resources it holds.</summary>
    public int CountOf(ResourceType type) => Everything is null ? Upserts.Length : Everything.Layers.Sum(l => l[type].Count);

    /// <summary>True when the response contains this resource.</summary>
    public bool Contains(ResourceType type, string name)
    {
        if (Everything is not null)
        {
            return Everything.Find(type, name) is not null;
        }

        if (Listed is not null)
        {
            return Listed.Contains(name);
        }

        if (_names is null && Upserts.Length > 16)
        {
            _names = new HashSet<string>(Upserts.Length, StringComparer.Ordinal);
            foreach (var resource in Upserts)
            {
                _names.Add(resource.Name);
            }
        }

        return _names?.Contains(name) ?? IsAmong(Upserts, name);
    }

    private static bool IsAmong(ReadOnlySpan<Resource> resources, string name)
    {
        foreach (var resource in resources)
        {
            if (resource.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
