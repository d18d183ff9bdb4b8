using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Endpoints;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Clusters;

/// <summary>One service's clusters and load assignments, with what they were made from.</summary>
internal sealed record ServiceResources(ServiceInputs Inputs, ImmutableArray<Resource> Resources, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Ports of loopback addresses on which endpoints of the service listen.</summary>
    public ImmutableArray<int> LoopbackPorts { get; } = [.. InboundPorts.Loopback(Inputs.Entry)];

    /// <summary>Ports on which endpoints of the service listen, wherever they run.</summary>
    public ImmutableArray<int> Ports { get; } = [.. Inputs.Entry.Endpoints.SelectMany(e => e.Endpoints).SelectMany(e => e.Ports.Values).Distinct()];

    /// <summary>For each port: a cluster of all endpoints, and one for each subset that a route names.</summary>
    public static ServiceResources Translate(ServiceInputs inputs)
    {
        var builder = new LayerBuilder();
        var checkedEndpoints = EndpointCheck.Apply(inputs.Entry, builder);
        foreach (var port in inputs.Service.Ports)
        {
            Add(inputs, port, Subset.All, checkedEndpoints, builder);
            foreach (var subset in inputs.Subsets)
            {
                Add(inputs, port, subset, checkedEndpoints, builder);
            }
        }

        var (resources, diagnostics) = builder.ToContent();
        return new ServiceResources(inputs, resources, diagnostics);
    }

    private static void Add(ServiceInputs inputs, ServicePort port, Subset subset, ImmutableArray<Endpoint> endpoints, LayerBuilder builder)
    {
        var service = inputs.Service;
        var name = ClusterName.Of(service.Key, port, subset);
        var assignment = LoadAssignmentTranslator.Translate(name, port, endpoints, subset);
        if (service.Resolution == Resolution.Dns)
        {
            var cluster = ClusterTranslator.Dns(name, port, inputs.ConnectTimeout, assignment);
            builder.Add(ResourceType.Cluster, name, cluster, [service.Ref, .. inputs.Entry.Endpoints.Select(e => e.Ref)]);
            return;
        }

        builder.Add(ResourceType.Cluster, name, ClusterTranslator.Eds(name, port, inputs.ConnectTimeout), service.Ref);
        builder.Add(ResourceType.Endpoint, name, assignment, [service.Ref, .. inputs.Entry.Endpoints.Select(e => e.Ref)]);
    }
}
