namespace XdsServer.Model.Smi;

/// <summary>
/// Which service a split means by a name: <c>web</c>, <c>web.demo</c>, <c>web.demo.svc</c>, <c>web.demo.svc.cluster.local</c>, or one of a
/// service's further host names; always one of the split's own namespace.
/// </summary>
internal sealed class SplitNames
{
    private readonly Dictionary<ServiceKey, MeshService> _services;
    private readonly string _suffix;
    private readonly Lazy<Dictionary<(string Namespace, string Host), MeshService>> _byHost;
    private readonly Lazy<ILookup<ServiceKey, ServiceKey>> _byLowerCase;

    public SplitNames(IEnumerable<MeshService> services, string clusterDomain)
    {
        _services = [];
        foreach (var service in services)
        {
            _services.TryAdd(service.Key, service);
        }

        _suffix = $".svc.{clusterDomain}";
        _byHost = new(() => _services.Values
            .SelectMany(s => s.Hosts.Select(h => (Key: (s.Key.Namespace, h), s)))
            .DistinctBy(pair => pair.Key)
            .ToDictionary(pair => pair.Key, pair => pair.s));
        _byLowerCase = new(() => _services.Keys.ToLookup(Lower));
    }

    /// <summary>The service of that key; null when there is none.</summary>
    public MeshService? Find(ServiceKey key) => _services.GetValueOrDefault(key);

    /// <summary>The service that is meant, whether or not it exists.</summary>
    public SplitName Resolve(string text, string ownNamespace)
    {
        var own = new ServiceKey(ownNamespace, text);
        if (_services.ContainsKey(own) || !text.Contains('.', StringComparison.Ordinal))
        {
            return new SplitName(own);
        }

        if (_byHost.Value.TryGetValue((ownNamespace, text.ToLowerInvariant()), out var service))
        {
            return new SplitName(service.Key);
        }

        return Qualified(text, ownNamespace) is { } key
            ? new SplitName(key) { IsForeign = key.Namespace != ownNamespace }
            : new SplitName(own) { IsHost = true };
    }

    /// <summary>A service whose name differs only in case; null when there is none.</summary>
    public ServiceKey? WithOtherCase(ServiceKey key) => _byLowerCase.Value[Lower(key)].Cast<ServiceKey?>().FirstOrDefault();

    // example.com is a host, unless there is a service example in a namespace com.
    private ServiceKey? Qualified(string text, string ownNamespace)
    {
        var rest = text.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase) ? text[..^_suffix.Length]
            : text.EndsWith(".svc", StringComparison.OrdinalIgnoreCase) ? text[..^".svc".Length]
            : text;
        var dot = rest.LastIndexOf('.');
        if (dot < 0)
        {
            return null;
        }

        var key = new ServiceKey(rest[(dot + 1)..], rest[..dot]);
        return rest.Length < text.Length || key.Namespace == ownNamespace || _services.ContainsKey(key) ? key : null;
    }

    private static ServiceKey Lower(ServiceKey key) => new(key.Namespace.ToLowerInvariant(), key.Name.ToLowerInvariant());
}

/// <summary>What a name in a split means.</summary>
internal readonly record struct SplitName(ServiceKey Key)
{
    /// <summary>A service of another namespace.</summary>
    public bool IsForeign { get; init; }

    /// <summary>A host name that no service has.</summary>
    public bool IsHost { get; init; }
}
