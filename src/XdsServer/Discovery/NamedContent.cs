using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>The resources of one type in one snapshot that go by some names. Immutable, shared by streams.</summary>
internal sealed class NamedContent
{
    private readonly WeakReference<Snapshot> _snapshot;
    private readonly ResourceType _type;
    private readonly HashSet<string> _names;
    private Resource?[]? _nothing;
    private JointEntries? _delta;
    private JointEntries? _sotw;

    private NamedContent(HashSet<string> names, Snapshot snapshot, ResourceType type, ImmutableArray<Resource> resources, bool isComplete)
    {
        _names = names;
        // Weakly: a list of names whose content does not change for long must not keep an old state of everything else.
        _snapshot = new WeakReference<Snapshot>(snapshot);
        _type = type;
        Resources = resources;
        IsComplete = isComplete;
        foreach (var resource in resources)
        {
            Hash += resource.Hash;
        }
    }

    /// <summary>Each once, whatever names it goes by.</summary>
    public ImmutableArray<Resource> Resources { get; }

    /// <summary>As long as <see cref="Resources"/>, and empty: what they take the place of for a client that held nothing.</summary>
    public ReadOnlyMemory<Resource?> Nothing => _nothing ??= new Resource?[Resources.Length];

    /// <summary>The resources as entries of a delta response.</summary>
    public JointEntries Delta => _delta ??= new JointEntries(Resources, static r => r.DeltaEntry);

    /// <summary>The resources as entries of a state-of-the-world response.</summary>
    public JointEntries Sotw => _sotw ??= new JointEntries(Resources, static r => r.SotwEntry);

    /// <summary>The sum of the resources' hashes.</summary>
    public ContentHash Hash { get; }

    /// <summary>There is something for every name.</summary>
    public bool IsComplete { get; }

    /// <summary>Looks these names up. Names of collections are no names of resources.</summary>
    public static NamedContent Of(HashSet<string> names, Snapshot snapshot, ResourceType type)
    {
        var found = ImmutableArray.CreateBuilder<Resource>(names.Count);
        var isComplete = true;
        var hasAliases = false;
        foreach (var name in names)
        {
            if (snapshot.Find(type, name) is { } resource)
            {
                found.Add(resource);
                hasAliases |= !resource.Aliases.IsEmpty;
            }
            else
            {
                isComplete = false;
            }
        }

        return new NamedContent(names, snapshot, type, hasAliases ? [.. found.Distinct()] : found.DrainToImmutable(), isComplete);
    }

    /// <summary>True when something of this name was looked for and found, if all was found.</summary>
    public bool Contains(string name) => _names.Contains(name);

    /// <summary>True when it was looked up there.</summary>
    public bool IsOf(Snapshot snapshot, ResourceType type) => _type == type && _snapshot.TryGetTarget(out var of) && ReferenceEquals(of, snapshot);
}
