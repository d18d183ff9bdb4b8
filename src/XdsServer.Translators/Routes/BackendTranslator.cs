using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>A cluster and its share.</summary>
internal readonly record struct ClusterShare(string Name, uint Weight);

/// <summary>Where a rule's requests go, and how much of them has nowhere to go.</summary>
internal sealed record BackendSplit(ImmutableArray<ClusterShare> Clusters, ulong PresentWeight, ulong MissingWeight);

/// <summary>Backends of rules as clusters. A backend that the mesh does not have never gets a name, so nothing waits for it.</summary>
internal sealed class BackendTranslator(ServiceCatalog services, LayerBuilder builder)
{
    /// <summary>Clusters with weights above zero, in the order written; one name once.</summary>
    public BackendSplit Resolve(RuleInputs inputs)
    {
        var shares = new List<ClusterShare>();
        ulong missing = 0;
        for (var i = 0; i < inputs.Rule.Backends.Length; i++)
        {
            var backend = inputs.Rule.Backends[i];
            var name = Find(inputs, i, backend);
            if (name is null)
            {
                missing += backend.Weight;
            }
            else if (backend.Weight > 0)
            {
                shares.Add(new ClusterShare(name, backend.Weight));
            }
        }

        return Fit(shares, missing);
    }

    // All weights together must fit 32 bits.
    private static BackendSplit Fit(List<ClusterShare> shares, ulong missing)
    {
        var sum = shares.Aggregate(0ul, (s, c) => s + c.Weight);
        var divisor = sum / uint.MaxValue + 1;
        var fitting = divisor == 1 ? shares : [.. shares.Select(c => c with { Weight = Math.Max(1, (uint)(c.Weight / divisor)) })];
        return new BackendSplit([.. fitting], sum, missing);
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
