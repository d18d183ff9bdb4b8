using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// Services for splits whose root is a host name that no service has, as Flagger writes it for canaries with <c>hosts</c>. Such a
/// service has that host name, the HTTP ports that all existing backends share, and no endpoints of its own.
/// </summary>
internal static class VirtualRoots
{
    /// <summary>One service for each such host, sorted by key; the instances of <paramref name="previous"/> as far as nothing changed.</summary>
    public static ImmutableArray<MeshService> Of(IReadOnlyList<MeshFragment> fragments, string clusterDomain, MeshModel? previous)
    {
        var candidates = fragments.SelectMany(f => f.Splits).Where(s => s.Root.Contains('.', StringComparison.Ordinal)).ToList();
        if (candidates.Count == 0)
        {
            return [];
        }

        var names = new SplitNames(fragments.SelectMany(f => f.Services), clusterDomain);
        return
        [
            .. candidates
                .Select(split => (Split: split, Name: names.Resolve(split.Root, split.Key.Namespace)))
                .Where(pair => pair.Name.IsHost)
                .OrderBy(pair => pair.Name.Key).ThenBy(pair => pair.Split.Ref)
                .DistinctBy(pair => pair.Name.Key)
                .Select(pair => Create(pair.Split, pair.Name.Key, names, previous))
                .OfType<MeshService>(),
        ];
    }

    private static MeshService? Create(TrafficSplit split, ServiceKey key, SplitNames names, MeshModel? previous)
    {
        var backends = split.Backends.Select(b => names.Find(names.Resolve(b.Service, split.Key.Namespace).Key)).OfType<MeshService>().ToList();
        ImmutableArray<ServicePort> ports = [.. backends.SelectMany(b => b.Ports).DistinctBy(p => p.Port).Where(p => IsShared(p, backends)).OrderBy(p => p.Port)];
        if (ports.IsEmpty)
        {
            return null;
        }

        var revision = string.Join('/', ports.Select(p => $"{p.Name}:{p.Port}:{p.Protocol}").Prepend(split.Revision));
        var before = previous?.ServicesByKey.GetValueOrDefault(key)?.Service;
        return before is not null && before.Ref == split.Ref && before.Revision == revision
            ? before
            : new MeshService { Ref = split.Ref, Revision = revision, Location = split.Location, Key = key, Ports = ports, Hosts = [split.Root.ToLowerInvariant()] };
    }

    private static bool IsShared(ServicePort port, List<MeshService> backends) => backends.TrueForAll(
        b => b.PortByNumber(port.Port) is { Protocol: PortProtocol.Http or PortProtocol.Http2 or PortProtocol.Grpc });
}
