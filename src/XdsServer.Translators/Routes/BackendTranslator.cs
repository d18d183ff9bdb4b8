using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>A cluster and its share.</summary>
internal readonly record struct ClusterShare(string Name, uint Weight);

/// <summary>Where a rule's requests go, and how much of them has nowhere to go. Clusters of weight 0 are in it: clients get to know them before they count.</summary>
internal sealed record BackendSplit(ImmutableArray<ClusterShare> Clusters, ulong PresentWeight, ulong MissingWeight)
{
    /// <summary>Those that take something.</summary>
    public ImmutableArray<ClusterShare> Taking { get; } = [.. Clusters.Where(c => c.Weight > 0)];

    /// <summary>For connections: what has nowhere to go goes to a cluster that closes them.</summary>
    public BackendSplit WithBlocked()
    {
        var shares = new SortedDictionary<string, ulong>(Clusters.ToDictionary(c => c.Name, c => (ulong)c.Weight, StringComparer.Ordinal), StringComparer.Ordinal) { [ClusterName.Blocked] = MissingWeight };
        return MissingWeight == 0 ? this : Fit(shares, missing: 0);
    }

    /// <summary>All weights together must fit 32 bits.</summary>
    public static BackendSplit Fit(SortedDictionary<string, ulong> shares, ulong missing)
    {
        var sum = shares.Aggregate(0ul, (s, c) => s + c.Value);
        var divisor = sum <= uint.MaxValue ? 1 : sum / (uint.MaxValue / 2) + 1;
        return new BackendSplit([.. shares.Select(c => new ClusterShare(c.Key, Fit(c.Value, divisor)))], sum, missing);
    }

    private static uint Fit(ulong weight, ulong divisor) => weight == 0 ? 0 : (uint)Math.Max(1, weight / divisor);
}

/// <summary>Backends of rules as clusters. A backend that the mesh does not have never gets a name, so nothing waits for it.</summary>
internal sealed class BackendTranslator(ServiceCatalog services, LayerBuilder builder)
{
    /// <summary>The clusters by name, so that all proxies draw alike; one name once.</summary>
    public BackendSplit Resolve(RuleInputs inputs)
    {
        var shares = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        ulong missing = inputs.Rule.FailingWeight;
        for (var i = 0; i < inputs.Rule.Backends.Length; i++)
        {
            var backend = inputs.Rule.Backends[i];
            var name = Find(inputs, i, backend);
            if (name is null)
            {
                missing += backend.Weight;
            }
            else
            {
                shares[name] = shares.GetValueOrDefault(name) + backend.Weight;
            }
        }

        return BackendSplit.Fit(shares, missing);
    }

    private string? Find(RuleInputs inputs, int index, RouteBackend backend)
    {
        var (port, problem) = FindPort(backend, inputs.Port);
        if (port is null)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{inputs.Field}.backends[{index}]");
            builder.Report(Problems.MissingBackend(inputs.Route, field, backend, problem));
            return null;
        }

        return ClusterName.Of(backend.Service, port, backend.Subset.IsEmpty ? Subset.All : new Subset(backend.Subset));
    }

    // Port 0 means the one that the request came for: by number, else by name, else the backend's only one.
    private (ServicePort? Port, string Problem) FindPort(RouteBackend backend, ServicePort cameFor)
    {
        var service = services.Find(backend.Service);
        if (service is null)
        {
            return (null, "no such service");
        }

        if (backend.Port != 0)
        {
            return (service.PortByNumber(backend.Port), string.Create(CultureInfo.InvariantCulture, $"it has no port {backend.Port}"));
        }

        var port = service.PortByNumber(cameFor.Port)
            ?? service.Ports.FirstOrDefault(p => string.Equals(p.Name, cameFor.Name, StringComparison.Ordinal))
            ?? (service.Ports is [var only] ? only : null);
        return (port, string.Create(CultureInfo.InvariantCulture, $"it has no port {cameFor.Port} and none named '{cameFor.Name}'"));
    }
}
