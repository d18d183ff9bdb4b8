using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>What our own server serves in a test: resources of all types, published as one snapshot after each edit.</summary>
internal sealed class OwnWorld(string name)
{
    private readonly SortedDictionary<(int Type, string Name), Resource> _resources = [];

    /// <summary>The proxy group that sees it.</summary>
    public string Name { get; } = name;

    /// <summary>What is published; nothing before the first edit.</summary>
    public Latest<Snapshot> Snapshot { get; } = new();

    /// <summary>Adds or replaces resources, and publishes.</summary>
    public void Put(params Resource[] resources) => Edit(put: resources, remove: []);

    /// <summary>Takes resources away, and publishes.</summary>
    public void Remove(ResourceType type, params string[] names) => Edit(put: [], remove: [.. names.Select(n => new ResourceName(type, n))]);

    /// <summary>Adds some, takes others away, and publishes all of it at once.</summary>
    public void Edit(IReadOnlyList<Resource> put, IReadOnlyList<ResourceName> remove)
    {
        foreach (var resource in put)
        {
            _resources[(resource.Type.Index, resource.Name)] = resource;
        }

        foreach (var gone in remove)
        {
            _resources.Remove((gone.Type.Index, gone.Name));
        }

        Publish();
    }

    /// <summary>Publishes what is there once more, as new instances.</summary>
    public void Publish() => Snapshot.Publish(Translators.Resources.Snapshot.Create([ResourceLayer.Create("test", _resources.Values, previous: null)], previous: null));
}
